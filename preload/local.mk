# SPDX-License-Identifier: MIT
# libscardaudit.so: plain name, no version suffix, nothing but our wrappers exported.
lib_LTLIBRARIES += libscardaudit.la
libscardaudit_la_SOURCES = \
	preload/allocator.c preload/allocator.h \
	preload/api.c preload/api.h preload/api_table.h \
	preload/audit.c preload/audit.h \
	preload/call.c preload/call.h \
	preload/deepbind.c preload/deepbind.h \
	preload/describe.c preload/describe.h \
	preload/descriptors.c \
	preload/divert.c preload/divert.h \
	preload/dlclose_hook.c \
	preload/dlopen_hook.c \
	preload/dlsym_hook.c \
	preload/elf_object.c preload/elf_object.h \
	preload/environment.c preload/environment.h \
	preload/exec_hook.c \
	preload/ending.c preload/ending.h \
	preload/export.h \
	preload/filter.c preload/filter.h \
	preload/follow.c preload/follow.h \
	preload/generation.c preload/generation.h \
	preload/heap.c preload/heap.h \
	preload/heap_record.c preload/heap_record.h \
	preload/heap_watch.c preload/heap_watch.h \
	preload/hooks.h preload/hooks_x86_64.S \
	preload/lsa.c preload/lsa.h preload/lsa_stubs.h preload/lsa_table.h \
	preload/lsa_entry.c preload/lsa_entry.h \
	preload/lsa_hosts.c preload/lsa_hosts.h \
	preload/lsa_packages.c preload/lsa_packages.h \
	preload/modules.c preload/modules.h \
	preload/options.c preload/options.h \
	preload/patch.c preload/patch.h \
	preload/pooled.c preload/pooled.h \
	preload/port.c preload/port.h \
	preload/process.c preload/process.h \
	preload/providers.c preload/providers.h \
	preload/provides.c preload/provides.h \
	preload/quarantine.c preload/quarantine.h \
	preload/quick_exit.c preload/quick_exit.h \
	preload/real.c preload/real.h preload/real_table.h \
	preload/recording.c preload/recording.h \
	preload/readable.c preload/readable.h preload/release.c preload/release.h \
	preload/rtld_audit.c preload/rtld_audit.h preload/rtld_audit_table.h \
	preload/rtld_bind.c \
	preload/company.c preload/company.h \
	preload/wrappers.c preload/trampolines.h preload/stubs_x86_64.S preload/slots.h \
	preload/scope.c preload/scope.h \
	preload/rpc.c preload/rpc.h \
	preload/seccomp_hook.c preload/seccomp_hook.h \
	preload/stack_room.c preload/stack_room.h \
	preload/stacks.c preload/stacks.h \
	preload/start.c preload/start.h \
	preload/supervisor.c preload/supervisor.h \
	preload/threads.c preload/threads.h \
	preload/trace_format.h \
	preload/trace_writer.c preload/trace_writer.h \
	preload/unwinder.c preload/unwinder.h \
	preload/wts.c preload/wts.h
libscardaudit_la_CFLAGS = $(PLAIN_CFLAGS) -fvisibility=hidden -ftls-model=initial-exec \
	-fno-exceptions -fasynchronous-unwind-tables
libscardaudit_la_CPPFLAGS = $(AM_CPPFLAGS) -DBINDIR='"$(bindir)"'
libscardaudit_la_CCASFLAGS = -fPIC
libscardaudit_la_LDFLAGS = -module -shared -avoid-version -Wl,-z,now -Wl,-z,defs
EXTRA_DIST += preload/README.md

# A preload is named by its .so; nobody links it, so no .la stays behind.
install-exec-hook:
	rm -f $(DESTDIR)$(libdir)/libscardaudit.la
uninstall-hook:
	rm -f $(DESTDIR)$(libdir)/libscardaudit.so
	for folder in $(DOC_FOLDERS); do rmdir "$(DESTDIR)$$folder" 2>/dev/null || :; done
