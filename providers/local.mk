# SPDX-License-Identifier: MIT
# Libraries that implement audited interfaces, for programs to link to.
PROVIDER_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden -ftls-model=initial-exec \
	-fasynchronous-unwind-tables
PROVIDER_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/providers
# Threads that end later still call into it, so it is never unloaded.
PROVIDER_LDFLAGS = -version-info 0:0:0 -no-undefined -Wl,-z,now -Wl,-z,defs -Wl,-z,nodelete

lib_LTLIBRARIES += libscardaudit-rpc.la libscardaudit-dce.la
RPC_SOURCES = \
	providers/blocks.c providers/blocks.h \
	providers/core.c providers/core.h \
	providers/environment.c providers/environment.h \
	providers/except.c \
	providers/export.h \
	providers/memory.h \
	providers/midl_user.c \
	providers/rpcsm.c \
	providers/thread.c providers/thread.h
libscardaudit_rpc_la_SOURCES = $(RPC_SOURCES)
libscardaudit_rpc_la_CFLAGS = $(PROVIDER_CFLAGS)
libscardaudit_rpc_la_CPPFLAGS = $(PROVIDER_CPPFLAGS)
libscardaudit_rpc_la_LDFLAGS = $(PROVIDER_LDFLAGS)

libscardaudit_dce_la_SOURCES = providers/dce.c
libscardaudit_dce_la_CFLAGS = $(PROVIDER_CFLAGS)
libscardaudit_dce_la_CPPFLAGS = $(PROVIDER_CPPFLAGS)
libscardaudit_dce_la_LDFLAGS = $(PROVIDER_LDFLAGS)
libscardaudit_dce_la_LIBADD = libscardaudit-rpc.la

# A module of WinPR: it is named by WTSAPI_LIBRARY, and nobody links it. libsystemd is opened when it
# is there (providers/wts_login.h).
WTS_SOURCES = \
	providers/export.h \
	providers/memory.h \
	providers/wts_enumerate.c providers/wts_enumerate.h \
	providers/wts_fail.h \
	providers/wts_list.c providers/wts_list.h \
	providers/wts_login.c providers/wts_login.h \
	providers/wts_processes.c providers/wts_processes.h \
	providers/wts_query.c providers/wts_query.h \
	providers/wts_results.c providers/wts_results.h \
	providers/wts_server.c providers/wts_server.h \
	providers/wts_sessions.c providers/wts_sessions.h \
	providers/wts_table.c \
	providers/wts_text.c providers/wts_text.h \
	providers/wts_unsupported.c providers/wts_unsupported.h \
	providers/wts_utmp.c providers/wts_utmp.h
if WINPR
lib_LTLIBRARIES += libscardaudit-wtsapi.la
libscardaudit_wtsapi_la_SOURCES = $(WTS_SOURCES)
libscardaudit_wtsapi_la_CFLAGS = $(PROVIDER_CFLAGS) $(WTSAPI_CFLAGS)
libscardaudit_wtsapi_la_CPPFLAGS = $(PROVIDER_CPPFLAGS)
libscardaudit_wtsapi_la_LDFLAGS = -module -shared -avoid-version -no-undefined -Wl,-z,now -Wl,-z,defs
libscardaudit_wtsapi_la_LIBADD = $(WTSAPI_LIBS)
endif

# A host for security packages
LSA_SECTION_SOURCES = providers/lsa_section.c providers/lsa_section.h
bin_PROGRAMS += lsahost
lsahost_SOURCES = $(LSA_SECTION_SOURCES) \
	providers/lsa_package.c providers/lsa_package.h \
	providers/lsa_table.c providers/lsa_table.h \
	providers/lsahost.c
lsahost_CFLAGS = $(AM_CFLAGS) -Wno-strict-prototypes
lsahost_CPPFLAGS = $(PROVIDER_CPPFLAGS) -DLSAHOST_VERSION='"$(PACKAGE_VERSION)"'
lsahost_LDADD = -ldl

provider_includedir = $(includedir)/scardaudit
provider_include_HEADERS = providers/scardaudit/dce.h providers/scardaudit/lsahost.h \
	providers/scardaudit/rpcexcept.h providers/scardaudit/rpcsm.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = providers/scardaudit-dce.pc providers/scardaudit-lsa.pc \
	providers/scardaudit-rpc.pc
EXTRA_DIST += providers/README.md
