# SPDX-License-Identifier: MIT
# Programs with one seeded bug each, and their correct twins (NAME-fixed). They are ordinary
# programs, so they are built as such: no libtool, no library of ours.
SEEDED = advanced-pointer all-blocks atexit-release attribute-error-leak attribute-freed-twice \
	autoallocate-leak context-leak context-per-call cross-thread-free disconnect-after-release \
	dlopen-client double-disconnect double-release ending error-path-leak failed-disconnect \
	failed-establish failed-select fork fork-use free-after-release handle-leak implicit-release \
	invalid-free kept-context marker-context nested-transaction never-established \
	readers-list-leak refused-devices service-gone status-error-leak temporary-context \
	transaction-after-reset transaction-disconnect two-inherited use-after-disconnect \
	use-after-release wrapper-frees write-after-free wrong-context wrong-context-failed
# The same bugs in programs that use WinPR, and a few that only they can have
SEEDED_WINPR = advanced-pointer all-blocks atexit-release attribute-error-leak autoallocate-leak \
	context-leak context-per-call cross-thread-free disconnect-after-release dlopen-client \
	double-disconnect double-release ending error-path-leak failed-disconnect failed-establish \
	failed-select fork fork-use free-after-release handle-leak implicit-release invalid-free \
	kept-context marker-context never-established readers-list-leak refused-devices \
	temporary-context transaction-after-reset transaction-disconnect two-inherited \
	use-after-disconnect use-after-release wrapper-frees write-after-free wrong-context \
	wrong-context-failed
WINPR = $(addprefix winpr/, $(SEEDED_WINPR) $(SEEDED_WINPR:=-fixed) give-back old-dlsym-client \
	plugin.so plugin-fixed.so random-calls) \
	$(foreach name, blocks both both-lite-first mixed name transactions, \
		winpr-$(name) winpr-$(name)-fixed)
PLAIN = ask-for-names clean contexts-limit handles-limit holding hostile-names kill-victim \
	last-moments leaky name-only pipeline \
	odd-forks plugin-host random-calls transaction-removed
ALL_TEST_BINARIES = $(addprefix tests/programs/, $(PLAIN) $(SEEDED) $(SEEDED:=-fixed) \
	$(WINPR) gaps give-back winpr-client dlvsym-client dlvsym-client-fixed old-dlsym-client \
	old-dlsym-client-fixed first-calls first-calls.so freeing-plugin.so plugin.so plugin-fixed.so \
	layer.so layered layered-fixed plugin-no-plt.so dlopen-plugin.so old-dlsym-plugin.so \
	$(addprefix rpc/, $(RPC_BINARIES)) $(addprefix wts/, $(WTS_BINARIES)))

# RPC stub memory. The same bugs in each flavour of the functions (tests/programs/rpc/rpc.h): those of
# Windows and of DCE, with a status or with exceptions, as our libraries have them; and in a mock of
# the DCE runtime and of a port
RPC_SEEDED = allocate-without-enable allocator-not-restored clean cross-thread-free crowd \
	disable-while-attached double-free enabled-in-main environment-leak error-path fork \
	free-after-disable free-without-enable give-away handover helper-disable implicit-release \
	invalid-free late nested-enable requests save-restore server stale-thread-handle thread-leak \
	unbalanced-disable
RPC_LIKE = allocator-not-restored clean crash cross-thread-free crowd dce-client enabled-in-main \
	environment-leak error-path fork helper-disable implicit-release late nested-enable requests \
	thread-leak unbalanced-disable
RPC_BINARIES = $(foreach flavour, sm ss dce_sm dce_ss, \
		$(addprefix $(flavour)/, $(RPC_SEEDED) $(RPC_SEEDED:=-fixed) unchanged)) \
	$(foreach flavour, like_sm like_ss, \
		$(addprefix $(flavour)/, $(RPC_LIKE) $(RPC_LIKE:=-fixed) server-fixed stub unchanged)) \
	$(foreach flavour, sm dce_sm, $(addprefix $(flavour)/, client-free client-free-fixed throwing)) \
	$(addprefix dce_sm/, dce-client dce-client-fixed) like_sm/throwing \
	$(foreach name, cards mixed own-user-free user-free winpr winpr-first, \
		sm/$(name) sm/$(name)-fixed) \
	sm/wrapped dce_ss/mixed-names dce_ss/mixed-names-fixed \
	$(foreach name, cards double-free implicit-release invalid-free late requests, \
		port/$(name) port/$(name)-fixed) \
	dynamic plugins two libdcelike.so.1 libport.so libsmall.so libsmall-moved.so libuserfree.so \
	libwrap.so

# Remote Desktop Services: through WinPR, with our plug-in or a mock behind it
WTS_SEEDED = buffer-leak cards cross-thread-free double-free double-release ending give-away \
	handle-leak invalid-free mismatched-free provider-fault stubs use-after-release \
	wrong-type-class
WTS_BINARIES = $(WTS_SEEDED) $(WTS_SEEDED:=-fixed) clean dynamic handle-leak-stripped unchanged \
	unchanged-stripped like-xrdp.so.0 mock-channels.so mock-faults.so peer peer-fixed xrdp xrdp-fixed

PROGRAM_CFLAGS = -std=gnu11 -g -O1 -fno-omit-frame-pointer -Wall -Wextra -Werror $(PCSC_CFLAGS)
PROGRAM_DEPS = $(addprefix $(top_srcdir)/tests/programs/, card.h open_plugin.h) Makefile
BUILD_PROGRAM = $(AM_V_CC)mkdir -p $(@D) && $(CC) $(PROGRAM_CFLAGS) -o $@
PROGRAM_LIBS = $(PCSC_LIBS) -pthread

tests/programs/dlvsym-client: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -DVERSIONED $<
tests/programs/dlvsym-client-fixed: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -DVERSIONED -DFIXED $<
tests/programs/old-dlsym-client: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -DOLD_DLSYM $< -ldl
tests/programs/old-dlsym-client-fixed: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -DOLD_DLSYM -DFIXED $< -ldl
tests/programs/dlopen-client: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) $<
tests/programs/dlopen-client-fixed: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -DFIXED $<
# With WinPR, and with WinPR and pcsc-lite, of which the first gives what both have
BUILD_WINPR = $(BUILD_PROGRAM) $$($(PKG_CONFIG) --cflags winpr2)
WINPR_LIBS = $$($(PKG_CONFIG) --libs winpr2) -pthread
BOTH_DEPS = $(PROGRAM_DEPS) $(addprefix $(top_srcdir)/tests/programs/, lite.c lite.h own.h)
BOTH_HALVES = $< $(top_srcdir)/tests/programs/lite.c -Wl,--no-as-needed
tests/programs/winpr/old-dlsym-client: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR -DOLD_DLSYM $< -ldl
tests/programs/winpr/dlopen-client: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR $<
tests/programs/winpr/dlopen-client-fixed: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR -DFIXED $<
tests/programs/winpr/%-fixed.so: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR -shared -fPIC -DFIXED $< $(WINPR_LIBS)
tests/programs/winpr/%.so: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR -shared -fPIC $< $(WINPR_LIBS)
tests/programs/winpr/%-fixed: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR -DFIXED $< $(WINPR_LIBS)
tests/programs/winpr/give-back: tests/programs/give-back.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR $< $(WINPR_LIBS) -lstdc++
tests/programs/winpr/%: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DWINPR $< $(WINPR_LIBS)
tests/programs/winpr-both-lite-first: tests/programs/winpr-both.c $(BOTH_DEPS)
	$(BUILD_WINPR) $(BOTH_HALVES) $(PCSC_LIBS) $(WINPR_LIBS)
tests/programs/winpr-both-lite-first-fixed: tests/programs/winpr-both.c $(BOTH_DEPS)
	$(BUILD_WINPR) -DFIXED -DAPART $(BOTH_HALVES) $(PCSC_LIBS) $(WINPR_LIBS)
tests/programs/winpr-both: tests/programs/winpr-both.c $(BOTH_DEPS)
	$(BUILD_WINPR) $(BOTH_HALVES) $(WINPR_LIBS) $(PCSC_LIBS)
tests/programs/winpr-both-fixed: tests/programs/winpr-both.c $(BOTH_DEPS)
	$(BUILD_WINPR) -DFIXED -DAPART $(BOTH_HALVES) $(WINPR_LIBS) $(PCSC_LIBS)
tests/programs/winpr-mixed: tests/programs/winpr-mixed.c $(BOTH_DEPS)
	$(BUILD_WINPR) -DAPART $(BOTH_HALVES) $(WINPR_LIBS) $(PCSC_LIBS)
tests/programs/winpr-mixed-fixed: tests/programs/winpr-mixed.c $(BOTH_DEPS)
	$(BUILD_WINPR) -DFIXED -DAPART $(BOTH_HALVES) $(WINPR_LIBS) $(PCSC_LIBS)
tests/programs/winpr-%-fixed: tests/programs/winpr-%.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) -DFIXED $< $(WINPR_LIBS)
tests/programs/winpr-%: tests/programs/winpr-%.c $(PROGRAM_DEPS)
	$(BUILD_WINPR) $< $(WINPR_LIBS)
tests/programs/dlopen-plugin.so: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -Dmain=plugin_work $<
tests/programs/old-dlsym-plugin.so: tests/programs/dlopen-client.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -Dmain=plugin_work -DOLD_DLSYM $< -ldl
# Calls go through addresses that are bound when the plugin is loaded.
tests/programs/plugin-no-plt.so: tests/programs/plugin.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -fno-plt $< $(PROGRAM_LIBS)
# Bound at the first call, whatever the compiler's default is.
tests/programs/first-calls: tests/programs/first-calls.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -Wl,-z,lazy $< $(PROGRAM_LIBS)
tests/programs/first-calls.so: tests/programs/first-calls.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-z,lazy $< $(PROGRAM_LIBS)
tests/programs/layer.so: tests/programs/layer.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -O2 -shared -fPIC -Wl,-soname,$(@F) $< $(PROGRAM_LIBS)
BUILD_LAYERED = $(BUILD_PROGRAM) '-Wl,-rpath,$$ORIGIN'
LAYERS = tests/programs/layer.so $(PROGRAM_LIBS)
tests/programs/layered: tests/programs/layered.c tests/programs/layer.so $(PROGRAM_DEPS)
	$(BUILD_LAYERED) $< $(LAYERS)
tests/programs/layered-fixed: tests/programs/layered.c tests/programs/layer.so $(PROGRAM_DEPS)
	$(BUILD_LAYERED) -DFIXED $< $(LAYERS)
tests/programs/plugin-host: tests/programs/plugin-host.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) $<
tests/programs/%-fixed.so: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -DFIXED $< $(PROGRAM_LIBS)
tests/programs/%.so: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC $< $(PROGRAM_LIBS)
tests/programs/%-fixed: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -DFIXED $< $(PROGRAM_LIBS)
# A C program that calls operator delete
tests/programs/give-back: tests/programs/give-back.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) $< $(PROGRAM_LIBS) -lstdc++
# The linker leaves pages between the segments.
tests/programs/gaps: tests/programs/context-leak.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) -Wl,-z,max-page-size=0x200000 $< $(PROGRAM_LIBS)
tests/programs/%: tests/programs/%.c $(PROGRAM_DEPS)
	$(BUILD_PROGRAM) $< $(PROGRAM_LIBS)

RPC_FLAGS_sm =
RPC_FLAGS_ss = -DSS
RPC_FLAGS_dce_sm = -DDCE_SM
RPC_FLAGS_dce_ss = -DDCE_SS
RPC_FLAGS_like_sm = -DDCE_SM -DLIKE
RPC_FLAGS_like_ss = -DDCE_SS -DLIKE
RPC_FLAGS_port = -DPORT
RPC_OURS = -L.libs '-Wl,-rpath,$(abs_builddir)/.libs'
RPC_LIBS_sm = $(RPC_OURS) -lscardaudit-rpc
RPC_LIBS_ss = $(RPC_LIBS_sm)
RPC_LIBS_dce_sm = $(RPC_OURS) -lscardaudit-dce
RPC_LIBS_dce_ss = $(RPC_OURS) -lscardaudit-dce -lscardaudit-rpc
RPC_LIBS_like_sm = tests/programs/rpc/libdcelike.so.1 '-Wl,-rpath,$$ORIGIN/..'
RPC_LIBS_like_ss = $(RPC_LIBS_like_sm)
RPC_LIBS_port = tests/programs/rpc/libport.so '-Wl,-rpath,$$ORIGIN/..'
# The flavour is the folder of the program; what is linked before its library is in RPC_FIRST.
RPC_ARGUMENTS = -I$(top_srcdir)/providers $(RPC_FLAGS_$(*D)) \
	$(if $(filter %-fixed,$*),-DFIXED) $< $(RPC_FIRST) $(RPC_LIBS_$(*D)) -pthread
BUILD_RPC = $(BUILD_PROGRAM) $(RPC_ARGUMENTS)
RPC_DEPS = $(addprefix $(top_srcdir)/tests/programs/rpc/, rpc.h dce-like.h) \
	tests/programs/rpc/libdcelike.so.1 tests/programs/rpc/libport.so \
	libscardaudit-rpc.la libscardaudit-dce.la Makefile
tests/programs/rpc/libdcelike.so.1: tests/programs/rpc/dce-like.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -fexceptions -Wl,-soname,$(@F) $< \
		-Wl,--version-script,$(<:.c=.map) -pthread
tests/programs/rpc/lib%.so: tests/programs/rpc/%.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,$(@F) $<
tests/programs/rpc/libsmall.so tests/programs/rpc/libsmall-moved.so: tests/programs/rpc/small.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC $(if $(findstring moved,$@),-DMOVED) -Wl,--build-id=none \
		-Wl,-soname,libsmall.so $<
tests/programs/rpc/dynamic tests/programs/rpc/plugins: tests/programs/rpc/%: \
		tests/programs/rpc/%.c Makefile
	$(BUILD_PROGRAM) $<
tests/programs/rpc/two: tests/programs/rpc/two.c $(RPC_DEPS)
	$(BUILD_PROGRAM) $< tests/programs/rpc/libdcelike.so.1 '-Wl,-rpath,$$ORIGIN' $(RPC_LIBS_sm)
tests/programs/rpc/sm/cards tests/programs/rpc/sm/cards-fixed tests/programs/rpc/port/cards \
		tests/programs/rpc/port/cards-fixed: RPC_FIRST = $(PCSC_LIBS)
tests/programs/rpc/%/give-away tests/programs/rpc/%/give-away-fixed: RPC_FIRST = -lstdc++
$(addprefix tests/programs/rpc/sm/, winpr winpr-fixed user-free user-free-fixed): \
		RPC_LIBS_sm += $(WINPR_LIBS)
tests/programs/rpc/sm/winpr-first tests/programs/rpc/sm/winpr-first-fixed: RPC_FIRST = $(WINPR_LIBS)
tests/programs/rpc/sm/winpr-first tests/programs/rpc/sm/winpr-first-fixed: \
		tests/programs/rpc/%: tests/programs/rpc/winpr.c $(RPC_DEPS)
	$(BUILD_RPC)
# Somebody else's layer between the program and the library
tests/programs/rpc/sm/wrapped: RPC_FIRST = tests/programs/rpc/libwrap.so '-Wl,-rpath,$$ORIGIN/..'
tests/programs/rpc/sm/wrapped: tests/programs/rpc/%: tests/programs/rpc/requests.c \
		tests/programs/rpc/libwrap.so $(RPC_DEPS)
	$(BUILD_RPC)
tests/programs/rpc/sm/throwing tests/programs/rpc/dce_sm/throwing tests/programs/rpc/like_sm/throwing: \
		tests/programs/rpc/%: tests/programs/rpc/throwing.cc $(RPC_DEPS)
	$(BUILD_CXX) $(RPC_ARGUMENTS)
.SECONDEXPANSION:
tests/programs/rpc/%: $$(top_srcdir)/tests/programs/rpc/$$(subst -fixed,,$$(*F)).c $(RPC_DEPS)
	$(BUILD_RPC)

WTS_DEPS = $(addprefix $(top_srcdir)/tests/programs/, card.h wts/wts.h wts/mock-faults.h) \
	libscardaudit-rpc.la Makefile
$(addprefix tests/programs/wts/, stubs stubs-fixed): WTS_ALSO = -I$(top_srcdir)/providers $(RPC_LIBS_sm)
$(addprefix tests/programs/wts/, give-away give-away-fixed): WTS_ALSO = -lstdc++
$(addprefix tests/programs/wts/, peer peer-fixed): \
		WTS_ALSO = $$($(PKG_CONFIG) --cflags --libs freerdp2)
tests/programs/wts/%-fixed: tests/programs/wts/%.c $(WTS_DEPS)
	$(BUILD_WINPR) -DWINPR -DFIXED $< $(WTS_ALSO) $(WINPR_LIBS)
tests/programs/wts/%-stripped: tests/programs/wts/%.c $(WTS_DEPS)
	$(BUILD_WINPR) -O2 -s $< $(WINPR_LIBS)
tests/programs/wts/%.so: tests/programs/wts/%.c $(WTS_DEPS)
	$(BUILD_WINPR) -shared -fPIC $< $(WINPR_LIBS)
tests/programs/wts/like-xrdp.so.0: tests/programs/wts/like-xrdp.c $(WTS_DEPS)
	$(BUILD_WINPR) -shared -fPIC -Wl,-soname,$(@F) $<
tests/programs/wts/dynamic: tests/programs/wts/dynamic.c $(WTS_DEPS)
	$(BUILD_WINPR) $<
tests/programs/wts/%: tests/programs/wts/%.c $(WTS_DEPS)
	$(BUILD_WINPR) -DWINPR $< $(WTS_ALSO) $(WINPR_LIBS)

# Security packages, for lsahost
LSA_PACKAGES = $(addprefix tests/programs/lsa/, package.so const.so short.so no-tables.so failing.so)
tests/programs/lsa/const.so: LSA_FLAGS = -DCONST
tests/programs/lsa/short.so: LSA_FLAGS = -DSHORT
tests/programs/lsa/no-tables.so: LSA_FLAGS = -DNO_TABLES
tests/programs/lsa/failing.so: LSA_FLAGS = -DFAILING
$(LSA_PACKAGES): tests/programs/lsa/package.c providers/scardaudit/lsahost.h Makefile
	$(BUILD_PROGRAM) -shared -fPIC -I$(top_srcdir)/providers $(LSA_FLAGS) $<
tests/programs/lsa/writing.so: tests/programs/lsa/writing.c providers/scardaudit/lsahost.h Makefile
	$(BUILD_PROGRAM) -shared -fPIC -I$(top_srcdir)/providers $<
LSA_TABLES = $(addprefix tests/programs/lsa/, tables tables-package.so linked-host liblinked-host.so)
tests/programs/lsa/tables-package.so: tests/programs/lsa/tables-package.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,$(@F) $<
tests/programs/lsa/liblinked-host.so: tests/programs/lsa/linked-host.c \
		tests/programs/lsa/tables-package.so Makefile
	$(BUILD_PROGRAM) -DLIBRARY -shared -fPIC $< tests/programs/lsa/tables-package.so \
		'-Wl,-rpath,$$ORIGIN'
tests/programs/lsa/tables tests/programs/lsa/linked-host: tests/programs/lsa/%: \
		tests/programs/lsa/%.c Makefile
	$(BUILD_PROGRAM) $<
ALL_TEST_BINARIES += $(LSA_PACKAGES) tests/programs/lsa/writing.so $(LSA_TABLES)

# One bug each, and the correct twins
LSA_SEEDED = block-leak clean cross-thread-free double-free double-release failed-start \
	free-after-release implicit-release invalid-free mismatched-free section-leak use-after-release \
	use-after-shutdown wrong-section
LSA_RULES = $(addprefix tests/programs/lsa/rules/, $(LSA_SEEDED:=.so) $(LSA_SEEDED:=-fixed.so))
LSA_DEPS = providers/scardaudit/lsahost.h Makefile
BUILD_PACKAGE = $(BUILD_PROGRAM) -shared -fPIC -I$(top_srcdir)/providers \
	$(if $(findstring -fixed,$@),-DFIXED)
LSA_RULES_DEPS = $(top_srcdir)/tests/programs/lsa/rules/rules.h $(LSA_DEPS)
tests/programs/lsa/rules/%-fixed.so: tests/programs/lsa/rules/%.c $(LSA_RULES_DEPS)
	$(BUILD_PACKAGE) $< -pthread
tests/programs/lsa/rules/%.so: tests/programs/lsa/rules/%.c $(LSA_RULES_DEPS)
	$(BUILD_PACKAGE) $< -pthread
ALL_TEST_BINARIES += $(LSA_RULES)

# Odd packages, and a host that does what lsahost does not
LSA_ODD = $(addprefix tests/programs/lsa/, odd.so odd-version.so host host-linked)
LSA_ODD_DEPS = $(top_srcdir)/tests/programs/lsa/odd.h $(LSA_DEPS)
tests/programs/lsa/odd.so: tests/programs/lsa/odd.c $(LSA_ODD_DEPS)
	$(BUILD_PACKAGE) -Wl,-soname,$(@F) $< -pthread
tests/programs/lsa/odd-version.so: tests/programs/lsa/odd.c $(LSA_ODD_DEPS)
	$(BUILD_PACKAGE) $< -Wl,--version-script,$(<:.c=.map) -pthread
tests/programs/lsa/host: tests/programs/lsa/host.c $(LSA_ODD_DEPS)
	$(BUILD_PROGRAM) -I$(top_srcdir)/providers $< -lseccomp
tests/programs/lsa/host-linked: tests/programs/lsa/host.c tests/programs/lsa/odd.so $(LSA_ODD_DEPS)
	$(BUILD_PROGRAM) -I$(top_srcdir)/providers -DLINKED $< tests/programs/lsa/odd.so \
		'-Wl,-rpath,$$ORIGIN' -lseccomp
ALL_TEST_BINARIES += $(LSA_ODD)

# A package that is linked to all providers; PC/SC is that of pcsc-lite, which stands before WinPR.
MISMATCHED = tests/programs/mismatched/package.so
MISMATCHED_FILES = $(addprefix $(top_srcdir)/tests/programs/mismatched/, package.c blocks.c)
$(MISMATCHED): $(MISMATCHED_FILES) $(top_srcdir)/tests/programs/mismatched/blocks.h $(LSA_DEPS) \
		libscardaudit-rpc.la libscardaudit-dce.la
	$(BUILD_PACKAGE) $(MISMATCHED_FILES) $(PCSC_LIBS) -L.libs \
		'-Wl,-rpath,$(abs_builddir)/.libs' -lscardaudit-dce -lscardaudit-rpc $(WINPR_LIBS) -lstdc++
ALL_TEST_BINARIES += $(MISMATCHED)

# Programs that live dangerously: what broke other preload tools.
ROBUST = fork-with-locks cancelled escapes fiber generated loading locked reload short-threads \
	throwing-host unchanged unwind-locks odd-lives seccomp small-stacks \
	free-races freeing-handler own-malloc failing-release full-trace reused-early strictly \
	working-host far-lengths own-keys stack-end
# For either library
ROBUST_BOTH = arguments lengths meanwhile
ROBUSTNESS = $(addprefix tests/robustness/, $(ROBUST) $(ROBUST_BOTH) $(ROBUST_BOTH:=-winpr) \
	refuse-readv asan asan-static early-late libearly-late.so throwing throws/libpcsclite.so.1 throwing-plugin.so refuse-populate contained fork-in-handler \
	cancelled-tsan lost-memory race-tsan \
	$(foreach kind, long gnu sysv, odd-exports/$(kind)/libpcsclite.so.1) \
	inward inward-library/libpcsclite.so.1 \
	standin/libpcsclite.so.1 more/libpcsclite.so.1 many/libpcsclite.so.1 \
	windows/libpcsclite.so.1 split/libpcsclite.so.1 split/libpcsclite_real.so.1 \
	late late-filtered loading-bare counting/libpcsclite.so.1 counting/libone.so counting/libtwo.so \
	counting/split/libpcsclite_real.so.1 \
	blocks/libpcsclite.so.1 blocks-blind/libpcsclite.so.1 blocks-raising/libpcsclite.so.1 \
	blocks-blind-late/libpcsclite.so.1 pairs \
	contexts-only started starting two-plugins libone.so libtwo.so plugin-one.so plugin-two.so \
	own-new.so working-plugin.so bump-sysv.so \
	loading-plugin.so nothing.so reload-one.so reload-two.so)
ROBUSTNESS_DEPS = $(addprefix $(top_srcdir)/tests/robustness/, attack.h blocks.h) \
	$(top_srcdir)/tests/programs/open_plugin.h Makefile

tests/robustness/standin/libpcsclite.so.1: tests/robustness/standin.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libpcsclite.so.1 $<
# With functions that are not known, and with the names of two ABIs
tests/robustness/more/libpcsclite.so.1: tests/robustness/standin.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libpcsclite.so.1 -DMORE $<
tests/robustness/many/libpcsclite.so.1: tests/robustness/standin.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libpcsclite.so.1 -DMANY $<
tests/robustness/windows/libpcsclite.so.1: tests/robustness/standin.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libpcsclite.so.1 -DWINDOWS $<
ODD_EXPORTS = $(addprefix $(top_srcdir)/tests/robustness/, standin.c odd-exports.c)
tests/robustness/odd-exports/%/libpcsclite.so.1: $(ODD_EXPORTS) Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,$(@F) -Wl,--hash-style=$(*:long=gnu) \
		$(if $(filter long,$*),-DLONG) $(ODD_EXPORTS)
tests/robustness/inward: tests/robustness/inward.c Makefile
	$(BUILD_PROGRAM) -DPROGRAM $< $(PROGRAM_LIBS)
tests/robustness/inward-library/libpcsclite.so.1: tests/robustness/inward.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,$(@F) $<
BLOCKS = $(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libpcsclite.so.1
tests/robustness/blocks/libpcsclite.so.1: tests/robustness/blocks.c Makefile
	$(BLOCKS) $<
tests/robustness/blocks-blind/libpcsclite.so.1: tests/robustness/blocks.c Makefile
	$(BLOCKS) -DBLIND $<
tests/robustness/blocks-raising/libpcsclite.so.1: tests/robustness/blocks.c Makefile
	$(BLOCKS) -DRAISING $<
tests/robustness/blocks-blind-late/libpcsclite.so.1: tests/robustness/blocks.c Makefile
	$(BLOCKS) -DBLIND -DRAISING_LATE $<
tests/robustness/pairs: tests/robustness/pairs.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) $< $(PROGRAM_LIBS) -lstdc++
# Counts, and passes on: to the real library, or to one of the stand-ins below
COUNTING = $(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,$(@F)
COUNTING_DEPS = tests/robustness/counting.c Makefile
tests/robustness/counting/libpcsclite.so.1: $(COUNTING_DEPS)
	$(COUNTING) $<
tests/robustness/counting/lib%.so: $(COUNTING_DEPS)
	$(COUNTING) '-DPROVIDER="$$ORIGIN/../$(@F)"' $<
tests/robustness/counting/split/libpcsclite_real.so.1: $(COUNTING_DEPS)
	$(COUNTING) '-DPROVIDER="$$ORIGIN/../../split/$(@F)"' $<
# The two halves of pcsc-lite 2.1, and two providers with a plugin each
tests/robustness/split/libpcsclite.so.1: tests/robustness/split-front.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libpcsclite.so.1 $<
tests/robustness/split/libpcsclite_real.so.1: tests/robustness/standin.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libpcsclite_real.so.1 $<
tests/robustness/libone.so: tests/robustness/standin.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libone.so $<
tests/robustness/libtwo.so: tests/robustness/standin.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libtwo.so -DFIRST=5000 $<
tests/robustness/plugin-%.so: tests/robustness/contexts-only.c tests/robustness/lib%.so \
		$(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC $< tests/robustness/lib$*.so '-Wl,-rpath,$$ORIGIN'
tests/robustness/two-plugins: tests/robustness/two-plugins.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) $<
# These need the stand-in also without LD_LIBRARY_PATH.
tests/robustness/started tests/robustness/starting: tests/robustness/start%: \
		tests/robustness/start%.c tests/robustness/standin/libpcsclite.so.1 $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) $< tests/robustness/standin/libpcsclite.so.1 \
		'-Wl,-rpath,$$ORIGIN/standin' -pthread
tests/robustness/%-winpr: tests/robustness/%.c Makefile
	$(BUILD_PROGRAM) -DWINPR $$($(PKG_CONFIG) --cflags winpr2) $< $$($(PKG_CONFIG) --libs winpr2) \
		-pthread
tests/robustness/seccomp: tests/robustness/seccomp.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) $< $(PROGRAM_LIBS) -lseccomp
tests/robustness/asan: tests/robustness/asan.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) -fsanitize=address $< $(PROGRAM_LIBS)
tests/robustness/asan-static: tests/robustness/asan.c $(ROBUSTNESS_DEPS)
	$(AM_V_CC)mkdir -p $(@D) && clang $(PROGRAM_CFLAGS) -fsanitize=address -o $@ $< $(PROGRAM_LIBS)
tests/robustness/libearly-late.so: tests/robustness/early-late.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -DLIBRARY -Wl,-soname,$(@F) $< $(PROGRAM_LIBS)
tests/robustness/early-late: tests/robustness/early-late.c tests/robustness/libearly-late.so
	$(BUILD_PROGRAM) $< tests/robustness/libearly-late.so '-Wl,-rpath,$$ORIGIN' $(PROGRAM_LIBS)
# Exceptions want C++
BUILD_CXX = $(AM_V_GEN)mkdir -p $(@D) && g++ -std=c++17 -g -O1 -Wall -Wextra -Werror $(PCSC_CFLAGS) \
	-o $@
tests/robustness/throws/libpcsclite.so.1: tests/robustness/throwing.cc Makefile
	$(BUILD_CXX) -shared -fPIC -Wl,-soname,libpcsclite.so.1 $<
tests/robustness/throwing: tests/robustness/throwing.cc Makefile
	$(BUILD_CXX) -DPROGRAM $< $(PROGRAM_LIBS)
tests/robustness/throwing-plugin.so: tests/robustness/throwing-plugin.cc Makefile
	$(BUILD_CXX) -shared -fPIC $<
tests/robustness/own-new.so tests/robustness/working-plugin.so: tests/robustness/%.so: \
		tests/robustness/%.cc Makefile
	$(BUILD_CXX) -shared -fPIC $<
# An allocator without the hash table of today
tests/robustness/bump-sysv.so: tests/robustness/bump.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -fno-builtin -Wl,--hash-style=sysv $<
# Nothing of PC/SC before they open a plugin
tests/robustness/late: tests/robustness/late.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) $< -pthread '-Wl,-rpath,$$ORIGIN'
tests/robustness/refuse-readv: tests/robustness/refuse-readv.c Makefile
	$(BUILD_PROGRAM) $< -lseccomp
tests/robustness/late-filtered: tests/robustness/late-filtered.c Makefile
	$(BUILD_PROGRAM) $< -lseccomp
tests/robustness/loading-bare: tests/robustness/loading.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) $< -pthread
tests/robustness/refuse-populate tests/robustness/contained: %: %.c Makefile
	$(BUILD_PROGRAM) $<
tests/robustness/reload-one.so: tests/robustness/reload-plugin.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -DINNER=inner_one -DSIZE=48 $< $(PROGRAM_LIBS)
tests/robustness/reload-two.so: tests/robustness/reload-plugin.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC -DINNER=inner_two -DSIZE=96 $< $(PROGRAM_LIBS)
tests/robustness/%-tsan: tests/robustness/%.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) -fsanitize=thread $< $(PROGRAM_LIBS)
tests/robustness/%.so: tests/robustness/%.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) -shared -fPIC $< $(PROGRAM_LIBS)
tests/robustness/%: tests/robustness/%.c $(ROBUSTNESS_DEPS)
	$(BUILD_PROGRAM) $< $(PROGRAM_LIBS)

# What the benches measure with: optimised
BENCH = $(addprefix tests/bench/, calls calls-asan calls-lsan forward.so frees \
	provider/libpcsclite.so.1)
BENCH_PROVIDER = tests/bench/provider/libpcsclite.so.1
tests/bench/provider/libpcsclite.so.1: tests/bench/provider.c Makefile
	$(BUILD_PROGRAM) -O2 -shared -fPIC -Wl,-soname,$(@F) $<
tests/bench/forward.so: tests/bench/forward.c Makefile
	$(BUILD_PROGRAM) -O2 -shared -fPIC -fno-builtin $<
tests/bench/calls: tests/bench/calls.c $(BENCH_PROVIDER)
	$(BUILD_PROGRAM) -O2 $^ -pthread
tests/bench/calls-asan: tests/bench/calls.c $(BENCH_PROVIDER)
	$(BUILD_PROGRAM) -O2 -fsanitize=address $^ -pthread
tests/bench/calls-lsan: tests/bench/calls.c $(BENCH_PROVIDER)
	$(BUILD_PROGRAM) -O2 -fsanitize=leak $^ -pthread
tests/bench/frees: tests/bench/frees.cc $(BENCH_PROVIDER)
	$(BUILD_CXX) -O2 $^

.PHONY: test-programs demo-programs bench-programs
test-programs: $(ALL_TEST_BINARIES) $(ROBUSTNESS) tests/bench/big_trace
bench-programs: $(BENCH) tests/bench/bench_replay tests/bench/rpc_frees tests/bench/spawn \
	tests/robustness/contexts-only tests/robustness/standin/libpcsclite.so.1
demo-programs: tests/programs/clean tests/programs/leaky
CLEANFILES += $(ALL_TEST_BINARIES) $(ROBUSTNESS)

# Unit tests: no pcscd, no preload.
LDADD = $(REPORT_LIBS) # of programs that do not say otherwise
check_LIBRARIES = libtracebuilder.a
libtracebuilder_a_SOURCES = tests/unit/trace_builder.c tests/unit/trace_builder.h

UNIT_TESTS = tests/unit/test_trace tests/unit/test_formats tests/unit/test_fork tests/unit/test_heap \
	tests/unit/test_html \
	tests/unit/test_layers tests/unit/test_lifetimes tests/unit/test_limits tests/unit/test_progress \
	tests/unit/test_render tests/unit/test_replay $(RPC_TESTS) tests/unit/test_rpc_rules tests/unit/test_wts_rules \
	tests/unit/test_wts_forks tests/unit/test_wts_random tests/unit/test_mismatched \
	tests/unit/test_lsa_rules tests/unit/test_lsa_packages tests/unit/test_lsa_forks \
	tests/unit/test_suppressions tests/unit/test_symbols tests/unit/test_transactions
# The providers: against the libraries, and once with the sources linked in
RPC_TESTS = tests/unit/test_rpc tests/unit/test_rpc_threads tests/unit/test_rpc_except \
	tests/unit/test_rpc_memory tests/unit/test_dce
tests_unit_test_rpc_CPPFLAGS = $(PROVIDER_CPPFLAGS)
tests_unit_test_rpc_LDADD = libscardaudit-rpc.la
tests_unit_test_rpc_threads_CPPFLAGS = $(PROVIDER_CPPFLAGS)
tests_unit_test_rpc_threads_LDADD = libscardaudit-rpc.la
tests_unit_test_rpc_except_CPPFLAGS = $(PROVIDER_CPPFLAGS)
tests_unit_test_rpc_except_LDADD = libscardaudit-rpc.la
tests_unit_test_rpc_memory_SOURCES = tests/unit/test_rpc_memory.c providers/dce.c $(RPC_SOURCES)
tests_unit_test_rpc_memory_CPPFLAGS = $(PROVIDER_CPPFLAGS)
tests_unit_test_rpc_memory_LDADD =
tests_unit_test_rpc_memory_LDFLAGS = -Wl,--wrap=malloc,--wrap=calloc,--wrap=free
tests_unit_test_dce_CPPFLAGS = $(PROVIDER_CPPFLAGS)
tests_unit_test_dce_LDADD = libscardaudit-dce.la libscardaudit-rpc.la

# The plug-in for WinPR: through WinPR, and its parts on made-up machines
if WINPR
UNIT_TESTS += tests/unit/test_wts tests/unit/test_wts_parts
endif
UNIT_TESTS += tests/unit/test_lsa_section
tests_unit_test_lsa_section_SOURCES = tests/unit/test_lsa_section.c tests/unit/tap.h \
	$(LSA_SECTION_SOURCES)
tests_unit_test_lsa_section_CPPFLAGS = $(PROVIDER_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_unit_test_lsa_section_LDADD =
FAKE_SYSTEMD = tests/unit/fake-systemd.so
$(FAKE_SYSTEMD): tests/unit/fake-systemd.c Makefile
	$(BUILD_PROGRAM) -shared -fPIC -Wl,-soname,libsystemd.so.0 $<
tests_unit_test_wts_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPLUGIN='"$(abs_builddir)/.libs/libscardaudit-wtsapi.so"'
tests_unit_test_wts_CFLAGS = $(AM_CFLAGS) $(WTSAPI_CFLAGS)
tests_unit_test_wts_LDADD = $(WTSAPI_LIBS)
EXTRA_tests_unit_test_wts_DEPENDENCIES = libscardaudit-wtsapi.la
tests_unit_test_wts_parts_SOURCES = tests/unit/test_wts_parts.c tests/unit/wts_test.h \
	tests/unit/tap.h $(WTS_SOURCES)
tests_unit_test_wts_parts_CPPFLAGS = $(PROVIDER_CPPFLAGS) -I$(top_srcdir)/tests/unit \
	-DFAKE_SYSTEMD='"$(abs_builddir)/$(FAKE_SYSTEMD)"'
tests_unit_test_wts_parts_CFLAGS = $(AM_CFLAGS) $(WTSAPI_CFLAGS)
tests_unit_test_wts_parts_LDADD = $(WTSAPI_LIBS)
tests_unit_test_wts_parts_LDFLAGS = -Wl,--wrap=dlopen,--wrap=malloc,--wrap=calloc,--wrap=realloc
tests_unit_test_wts_parts_DEPENDENCIES = $(FAKE_SYSTEMD)
CLEANFILES += $(FAKE_SYSTEMD)

# "make check" without the library to preload, which has no part in them
.PHONY: unit-programs unit-tests
unit-programs: $(check_LIBRARIES) $(check_PROGRAMS) scardaudit
unit-tests: unit-programs
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS

check_PROGRAMS += $(UNIT_TESTS) tests/unit/symbols_cli tests/unit/make_golden \
	tests/unit/make_many tests/unit/make_rules tests/fuzz/trace_flips
TESTS += $(UNIT_TESTS) tests/unit/symbols_vs_addr2line.sh tests/unit/test_golden.sh \
	tests/unit/test_rules.sh
tests_unit_test_trace_LDFLAGS = -Wl,--wrap=pread
tests_unit_test_trace_LDADD = libtracebuilder.a $(REPORT_LIBS)
tests_unit_test_html_LDADD = libtracebuilder.a $(REPORT_LIBS)
tests_unit_make_golden_LDADD = libtracebuilder.a $(REPORT_LIBS)
tests_unit_make_many_LDADD = libtracebuilder.a $(REPORT_LIBS)
tests_fuzz_trace_flips_LDADD = libtracebuilder.a $(REPORT_LIBS)

# The rule catalogue, after a rule or an example changed
.PHONY: update-rules
update-rules: tests/unit/make_rules
	tests/unit/make_rules >$(top_srcdir)/doc/rules.md

EXTRA_PROGRAMS = tests/bench/bench_replay tests/bench/big_trace tests/bench/rpc_frees tests/bench/spawn
tests_bench_big_trace_LDADD = libtracebuilder.a $(REPORT_LIBS)
tests_bench_rpc_frees_CPPFLAGS = $(PROVIDER_CPPFLAGS)
tests_bench_rpc_frees_LDADD = libscardaudit-rpc.la
tests_bench_spawn_LDADD =
CLEANFILES += $(EXTRA_PROGRAMS) $(BENCH)

EXTRA_DIST += \
	.ci/run \
	scripts \
	tests/arguments.bats \
	tests/at-exit.bats \
	tests/baseline.bats \
	tests/attack.bash \
	tests/bad-input.bats \
	tests/bench.bats \
	tests/bench/README.md \
	tests/bench/all \
	tests/bench/calls.c \
	tests/bench/exec-cost \
	tests/bench/filter-cost \
	tests/bench/forward.c \
	tests/bench/frees.cc \
	tests/bench/other-costs \
	tests/bench/pair-cost \
	tests/bench/provider-cost \
	tests/bench/provider.c \
	tests/bench/report-cost \
	tests/bench/turns.bash \
	tests/binding-table \
	tests/binding-table.bats \
	tests/binding.bats \
	tests/browser \
	tests/ci.bats \
	tests/clean-machine \
	tests/clients \
	tests/clients.bats \
	tests/commands.bats \
	tests/explain.bats \
	tests/fingerprints.bats \
	tests/fixture \
	tests/follow.bats \
	tests/freerdp.bats \
	tests/formats.bats \
	tests/fuzz/run \
	tests/golden \
	tests/heap-races.bats \
	tests/heap-rules.bats \
	tests/helpers.bash \
	tests/html.bats \
	tests/html-browser.bats \
	tests/install.bats \
	tests/kill-loop.py \
	tests/late-provider.bats \
	tests/lifecycle.bats \
	tests/limits.bats \
	tests/live.bats \
	tests/lsa-rules.bats \
	tests/lsa-tables.bats \
	tests/lsa-unchanged.bats \
	tests/lsahost.bats \
	tests/mismatched.bats \
	tests/odd-programs.bats \
	tests/pcsc-rules.bats \
	tests/preloads.bats \
	tests/programs \
	tests/providers \
	tests/providers.bats \
	tests/random.bats \
	tests/progress.py \
	tests/readers \
	tests/real-bugs.bats \
	tests/rename-module.py \
	tests/robustness \
	tests/robustness.bats \
	tests/rpc-rules.bats \
	tests/rpc-server.bats \
	tests/rpc-unchanged.bats \
	tests/rpc.bash \
	tests/seccomp.bats \
	tests/style \
	tests/suppressions.bats \
	tests/symbols.bats \
	tests/transactions.bats \
	tests/unchanged.bats \
	tests/unit/event_builder.h \
	tests/unit/fake-systemd.c \
	tests/unit/family.h \
	tests/unit/lsa_story.h \
	tests/unit/made_symbols.h \
	tests/unit/rpc_test.h \
	tests/unit/story.h \
	tests/unit/symbols_sample.c \
	tests/unit/symbols_sample.cc \
	tests/unit/symbols_vs_addr2line.sh \
	tests/unit/test_golden.sh \
	tests/unit/test_rules.sh \
	tests/unit/wts_story.h \
	tests/winpr.bats \
	tests/wts-rules.bats \
	tests/wts-unchanged.bats \
	tests/wts.bash
