# SPDX-License-Identifier: MIT
# Everything but main is a library, so that the unit tests can link it.
noinst_LIBRARIES += libreport.a
libreport_a_SOURCES = \
	preload/api.c preload/api.h preload/api_table.h preload/trace_format.h \
	report/base/base_name.h \
	report/base/color.c \
	report/base/color.h \
	report/base/embed.h \
	report/base/escape.c \
	report/base/escape.h \
	report/base/glob.c \
	report/base/glob.h \
	report/base/gzip_size.c \
	report/base/gzip_size.h \
	report/base/json_values.c \
	report/base/json_values.h \
	report/base/memory.c \
	report/base/memory.h \
	report/base/paths.c \
	report/base/paths.h \
	report/base/progress.c \
	report/base/progress.h \
	report/base/progress_line.c \
	report/base/progress_line.h \
	report/base/screen.c \
	report/base/screen.h \
	report/base/shell_quote.c \
	report/base/shell_quote.h \
	report/base/source_path.c \
	report/base/source_path.h \
	report/base/text_file.c \
	report/base/text_file.h \
	report/base/utf8.c \
	report/base/utf8.h \
	report/base/version.h \
	report/trace/process_trace.c \
	report/trace/process_trace.h \
	report/trace/run_id.c \
	report/trace/run_id.h \
	report/trace/trace.c \
	report/trace/trace.h \
	report/trace/trace_clock.c \
	report/trace/trace_file.c \
	report/trace/trace_header.c \
	report/trace/trace_internal.h \
	report/trace/trace_records.c \
	report/trace/trace_resolve.c \
	report/trace/trace_words.c \
	report/trace/trace_words.h \
	report/trace/trim.c \
	report/trace/trim.h \
	report/symbols/demangle.c \
	report/symbols/demangle.h \
	report/symbols/fingerprint.c \
	report/symbols/fingerprint.h \
	report/symbols/fingerprint_function.c \
	report/symbols/stacks.c \
	report/symbols/stacks.h \
	report/symbols/symbols.c \
	report/symbols/symbols.h \
	report/symbols/symbols_dwarf.c \
	report/symbols/symbols_elf.c \
	report/symbols/symbols_internal.h \
	report/symbols/symbols_module.c \
	report/symbols/symbols_names.c \
	report/replay/blocks.c \
	report/replay/blocks.h \
	report/replay/contract.h \
	report/replay/contract_heap.c \
	report/replay/contract_lsa.c \
	report/replay/contract_pcsc.c \
	report/replay/contract_rpc.c \
	report/replay/contract_wts.c \
	report/replay/evidence.c \
	report/replay/evidence.h \
	report/replay/forks.c \
	report/replay/forks.h \
	report/replay/held.c \
	report/replay/held.h \
	report/replay/inheritance.c \
	report/replay/inheritance.h \
	report/replay/layers.c \
	report/replay/layers.h \
	report/replay/lifetimes.c \
	report/replay/lifetimes.h \
	report/replay/limits.c \
	report/replay/limits.h \
	report/replay/lsa.h \
	report/replay/lsa_blocks.c \
	report/replay/lsa_blocks.h \
	report/replay/lsa_forks.c \
	report/replay/lsa_forks.h \
	report/replay/lsa_packages.c \
	report/replay/lsa_packages.h \
	report/replay/lsa_sections.c \
	report/replay/lsa_sections.h \
	report/replay/mismatched.c \
	report/replay/mismatched.h \
	report/replay/objects.c \
	report/replay/objects.h \
	report/replay/replay.c \
	report/replay/replay.h \
	report/replay/rpc.h \
	report/replay/rpc_blocks.c \
	report/replay/rpc_blocks.h \
	report/replay/rpc_environments.c \
	report/replay/rpc_environments.h \
	report/replay/rpc_pairs.c \
	report/replay/rpc_pairs.h \
	report/replay/rpc_threads.c \
	report/replay/rpc_threads.h \
	report/replay/rules.c \
	report/replay/rules.h \
	report/replay/story.c \
	report/replay/story.h \
	report/replay/transactions.c \
	report/replay/transactions.h \
	report/replay/wts_buffers.c \
	report/replay/wts_buffers.h \
	report/findings/baseline.c \
	report/findings/baseline.h \
	report/findings/blind_spots.c \
	report/findings/blind_spots.h \
	report/findings/build.c \
	report/findings/clusters.c \
	report/findings/clusters.h \
	report/findings/explain.c \
	report/findings/explain.h \
	report/findings/findings.c \
	report/findings/findings.h \
	report/findings/fixes.c \
	report/findings/fixes.h \
	report/findings/inputs.c \
	report/findings/inputs.h \
	report/findings/live.c \
	report/findings/live.h \
	report/findings/lives.c \
	report/findings/lives.h \
	report/findings/location.c \
	report/findings/location.h \
	report/findings/message.c \
	report/findings/message.h \
	report/findings/message_internal.h \
	report/findings/message_lsa.c \
	report/findings/message_memory.c \
	report/findings/message_rpc.c \
	report/findings/message_wts.c \
	report/findings/report.h \
	report/findings/same.c \
	report/findings/same.h \
	report/findings/suppress.c \
	report/findings/suppress.h \
	report/findings/suppression_block.c \
	report/findings/suppression_block.h \
	report/findings/suppression_file.c \
	report/findings/suppression_file.h \
	report/findings/suppression_line.c \
	report/findings/suppression_line.h \
	report/findings/suppression_offer.c \
	report/findings/suppression_offer.h \
	report/findings/suppression_value.c \
	report/findings/suppression_value.h \
	report/findings/unsymbolized.c \
	report/findings/unsymbolized.h \
	report/output/audit_checks.c \
	report/output/audit_checks.h \
	report/output/dump.c \
	report/output/dump.h \
	report/output/finding_text.c \
	report/output/finding_text.h \
	report/output/github.c \
	report/output/github.h \
	report/output/github_summary.c \
	report/output/output.c \
	report/output/output.h \
	report/output/outputs.c \
	report/output/outputs.h \
	report/output/render.h \
	report/output/render_codequality.c \
	report/output/render_json.c \
	report/output/render_junit.c \
	report/output/render_live.c \
	report/output/render_live.h \
	report/output/render_sarif.c \
	report/output/render_text.c \
	report/output/render_text_baseline.c \
	report/output/render_text_baseline.h \
	report/output/render_text_internal.h \
	report/output/render_text_stack.c \
	report/output/render_text_stack.h \
	report/output/render_text_suppressions.c \
	report/output/render_text_suppressions.h \
	report/output/render_text_unsymbolized.c \
	report/output/render_text_unsymbolized.h \
	report/output/render_text_verbs.c \
	report/output/render_text_verbs.h \
	report/output/sarif.h \
	report/output/sarif_result.c \
	report/output/sarif_rules.c \
	report/output/sarif_text.c \
	report/output/xml.c \
	report/output/xml.h \
	report/html/html.h \
	report/html/html_card.c \
	report/html/html_data.c \
	report/html/html_escape.c \
	report/html/html_escape.h \
	report/html/html_findings.c \
	report/html/html_flame.c \
	report/html/html_marks.c \
	report/html/html_overview.c \
	report/html/html_policy.h \
	report/html/html_rules.c \
	report/html/html_source.c \
	report/html/html_stack.c \
	report/html/html_timeline.c \
	report/html/html_words.c \
	report/html/render_html.c \
	report/command/audit_directory.c \
	report/command/audit_directory.h \
	report/command/child.c \
	report/command/child.h \
	report/command/cmd_dump.c \
	report/command/cmd_explain.c \
	report/command/cmd_live.c \
	report/command/cmd_report.c \
	report/command/cmd_run.c \
	report/command/cmd_supervise.c \
	report/command/command.h \
	report/command/judge.c \
	report/command/judge.h \
	report/command/needed_first.c \
	report/command/needed_first.h \
	report/command/options.c \
	report/command/options.h \
	report/command/watch.c \
	report/command/watch.h
nodist_libreport_a_SOURCES = report/embedded_examples.c report/embedded_html.c \
	report/embedded_suppressions.c report/html/html_policy.c
libreport_a_CPPFLAGS = $(AM_CPPFLAGS) -DLIBDIR='"$(libdir)"'

# Files that become part of the program: a table in embed.h, a list and a rule for each group.
EMBED = $(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(SHELL) $(top_srcdir)/report/embed.sh $(basename $(@F)) $(filter-out %.sh,$^) >$@.tmp && \
	mv -f $@.tmp $@
EXTRA_DIST += report/README.md report/embed.sh report/examples report/html/README.md \
	report/html/html_policy.sh $(HTML_FILES) $(SUPPRESSION_FILES)

SUPPRESSION_FILES = report/suppressions/java.supp report/suppressions/pyscard.supp \
	report/suppressions/scdaemon.supp
report/embedded_suppressions.c: $(SUPPRESSION_FILES) report/embed.sh
	$(EMBED)
# An example for each rule, named after it
report/embedded_examples.c: $(sort $(wildcard $(top_srcdir)/report/examples/*.c)) report/embed.sh
	$(EMBED)
# Style and scripts of the HTML report: theme.js comes first in the page, the others in this order
HTML_FILES = $(addprefix report/html/, style.css controls.css theme.js page.js filters.js sort.js \
	batches.js timeline.js flame.js copy.js tools.js print.js address.js)
report/embedded_html.c: $(HTML_FILES) report/embed.sh
	$(EMBED)
report/html/html_policy.c: $(HTML_FILES) report/html/html_policy.sh
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(SHELL) $(top_srcdir)/report/html/html_policy.sh $(filter-out %.sh,$^) >$@.tmp && \
		mv -f $@.tmp $@
CLEANFILES += report/embedded_examples.c report/embedded_html.c report/embedded_suppressions.c \
	report/html/html_policy.c

REPORT_LIBS = libreport.a $(LIBDW_LIBS) $(JANSSON_LIBS) $(ZLIB_LIBS) -lelf -lstdc++ -liberty

bin_PROGRAMS += scardaudit
scardaudit_SOURCES = report/command/main.c
scardaudit_LDADD = $(REPORT_LIBS)

bin_SCRIPTS = scripts/scardaudit-ci
