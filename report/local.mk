# SPDX-License-Identifier: MIT
# Everything but main is a library, so that the unit tests can link it.
noinst_LIBRARIES += libreport.a
libreport_a_SOURCES = \
	preload/api.c preload/api.h preload/api_table.h preload/trace_format.h \
	report/audit_checks.c \
	report/audit_directory.c \
	report/baseline.c \
	report/blind_spots.c \
	report/blocks.c \
	report/build.c \
	report/child.c \
	report/clusters.c \
	report/cmd_dump.c \
	report/cmd_explain.c \
	report/cmd_live.c \
	report/cmd_report.c \
	report/cmd_run.c \
	report/cmd_supervise.c \
	report/color.c \
	report/contract_heap.c \
	report/contract_lsa.c \
	report/contract_pcsc.c \
	report/contract_rpc.c \
	report/contract_wts.c \
	report/demangle.c \
	report/dump.c \
	report/escape.c \
	report/evidence.c \
	report/explain.c \
	report/findings.c \
	report/fixes.c \
	report/finding_text.c \
	report/fingerprint.c \
	report/fingerprint_function.c \
	report/forks.c \
	report/github.c \
	report/github_summary.c \
	report/glob.c \
	report/gzip_size.c \
	report/held.c \
	report/html_card.c \
	report/html_data.c \
	report/html_escape.c \
	report/html_findings.c \
	report/html_flame.c \
	report/html_marks.c \
	report/html_overview.c \
	report/html_rules.c \
	report/html_source.c \
	report/html_stack.c \
	report/html_timeline.c \
	report/html_words.c \
	report/inheritance.c \
	report/inputs.c \
	report/json_values.c \
	report/judge.c \
	report/layers.c \
	report/lifetimes.c \
	report/limits.c \
	report/live.c \
	report/lives.c \
	report/location.c \
	report/lsa_blocks.c \
	report/lsa_forks.c \
	report/lsa_packages.c \
	report/lsa_sections.c \
	report/memory.c \
	report/message.c \
	report/message_lsa.c \
	report/message_memory.c \
	report/message_rpc.c \
	report/message_wts.c \
	report/mismatched.c \
	report/needed_first.c \
	report/objects.c \
	report/options.c \
	report/output.c \
	report/outputs.c \
	report/paths.c \
	report/progress.c \
	report/progress_line.c \
	report/render_codequality.c \
	report/render_json.c \
	report/render_html.c \
	report/render_junit.c \
	report/render_sarif.c \
	report/render_live.c \
	report/render_text.c \
	report/render_text_baseline.c \
	report/render_text_stack.c \
	report/render_text_suppressions.c \
	report/render_text_unsymbolized.c \
	report/render_text_verbs.c \
	report/process_trace.c \
	report/replay.c \
	report/rpc_blocks.c \
	report/rpc_environments.c \
	report/rpc_pairs.c \
	report/rpc_threads.c \
	report/rules.c \
	report/run_id.c \
	report/same.c \
	report/sarif_result.c \
	report/sarif_rules.c \
	report/sarif_text.c \
	report/screen.c \
	report/shell_quote.c \
	report/source_path.c \
	report/stacks.c \
	report/story.c \
	report/suppress.c \
	report/suppression_block.c \
	report/suppression_file.c \
	report/suppression_line.c \
	report/suppression_offer.c \
	report/suppression_value.c \
	report/symbols.c \
	report/symbols_dwarf.c \
	report/symbols_elf.c \
	report/symbols_module.c \
	report/symbols_names.c \
	report/text_file.c \
	report/trace.c \
	report/trace_clock.c \
	report/trace_file.c \
	report/trace_header.c \
	report/trace_records.c \
	report/trace_resolve.c \
	report/trace_words.c \
	report/transactions.c \
	report/trim.c \
	report/unsymbolized.c \
	report/utf8.c \
	report/wts_buffers.c \
	report/xml.c \
	report/audit_checks.h \
	report/watch.c \
	report/audit_directory.h \
	report/baseline.h \
	report/base_name.h \
	report/blind_spots.h \
	report/blocks.h \
	report/child.h \
	report/clusters.h \
	report/color.h \
	report/command.h \
	report/contract.h \
	report/demangle.h \
	report/dump.h \
	report/embed.h \
	report/escape.h \
	report/evidence.h \
	report/explain.h \
	report/findings.h \
	report/fixes.h \
	report/finding_text.h \
	report/fingerprint.h \
	report/forks.h \
	report/github.h \
	report/glob.h \
	report/gzip_size.h \
	report/held.h \
	report/html.h \
	report/html_escape.h \
	report/html_policy.h \
	report/inheritance.h \
	report/inputs.h \
	report/json_values.h \
	report/judge.h \
	report/layers.h \
	report/lifetimes.h \
	report/limits.h \
	report/live.h \
	report/lives.h \
	report/location.h \
	report/lsa.h \
	report/lsa_blocks.h \
	report/lsa_forks.h \
	report/lsa_packages.h \
	report/lsa_sections.h \
	report/memory.h \
	report/message.h \
	report/message_internal.h \
	report/mismatched.h \
	report/needed_first.h \
	report/objects.h \
	report/options.h \
	report/output.h \
	report/outputs.h \
	report/paths.h \
	report/progress.h \
	report/progress_line.h \
	report/render.h \
	report/render_live.h \
	report/render_text_internal.h \
	report/render_text_baseline.h \
	report/render_text_stack.h \
	report/render_text_suppressions.h \
	report/render_text_unsymbolized.h \
	report/render_text_verbs.h \
	report/process_trace.h \
	report/replay.h \
	report/report.h \
	report/rpc.h \
	report/rpc_blocks.h \
	report/rpc_environments.h \
	report/rpc_pairs.h \
	report/rpc_threads.h \
	report/rules.h \
	report/run_id.h \
	report/same.h \
	report/sarif.h \
	report/screen.h \
	report/shell_quote.h \
	report/source_path.h \
	report/stacks.h \
	report/story.h \
	report/suppress.h \
	report/suppression_block.h \
	report/suppression_file.h \
	report/suppression_line.h \
	report/suppression_offer.h \
	report/suppression_value.h \
	report/symbols.h \
	report/symbols_internal.h \
	report/unsymbolized.h \
	report/text_file.h \
	report/trace.h \
	report/trace_internal.h \
	report/trace_words.h \
	report/transactions.h \
	report/trim.h \
	report/utf8.h \
	report/version.h \
	report/wts_buffers.h \
	report/watch.h \
	report/xml.h
nodist_libreport_a_SOURCES = report/embedded_examples.c report/embedded_html.c \
	report/embedded_suppressions.c report/html_policy.c
libreport_a_CFLAGS = $(AM_CFLAGS) $(SANITIZERS) $(JANSSON_CFLAGS) $(LIBDW_CFLAGS) $(ZLIB_CFLAGS)
libreport_a_CPPFLAGS = $(AM_CPPFLAGS) -DLIBDIR='"$(libdir)"'

# Files that become part of the program: a table in embed.h, a list and a rule for each group.
EMBED = $(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(SHELL) $(top_srcdir)/report/embed.sh $(basename $(@F)) $(filter-out %.sh,$^) >$@.tmp && \
	mv -f $@.tmp $@
EXTRA_DIST += report/embed.sh report/examples report/html report/html_policy.sh $(SUPPRESSION_FILES)

SUPPRESSION_FILES = report/suppressions/java.supp report/suppressions/pyscard.supp \
	report/suppressions/scdaemon.supp
report/embedded_suppressions.c: $(SUPPRESSION_FILES) report/embed.sh
	$(EMBED)
# An example for each rule, named after it
report/embedded_examples.c: $(sort $(wildcard $(top_srcdir)/report/examples/*.c)) report/embed.sh
	$(EMBED)
# Style and scripts of the HTML report: theme.js comes first in the page, the others in this order
HTML_FILES = $(addprefix report/html/, style.css controls.css theme.js page.js filters.js sort.js \
	timeline.js flame.js copy.js tools.js print.js address.js)
report/embedded_html.c: $(HTML_FILES) report/embed.sh
	$(EMBED)
report/html_policy.c: $(HTML_FILES) report/html_policy.sh
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(SHELL) $(top_srcdir)/report/html_policy.sh $(filter-out %.sh,$^) >$@.tmp && \
		mv -f $@.tmp $@
CLEANFILES += report/embedded_examples.c report/embedded_html.c report/embedded_suppressions.c \
	report/html_policy.c

REPORT_LIBS = libreport.a $(LIBDW_LIBS) $(JANSSON_LIBS) $(ZLIB_LIBS) -lelf -lstdc++ -liberty

bin_PROGRAMS += scardaudit
scardaudit_SOURCES = report/main.c
scardaudit_CFLAGS = $(AM_CFLAGS) $(SANITIZERS)
scardaudit_LDADD = $(REPORT_LIBS)

bin_SCRIPTS = scripts/scardaudit-ci
