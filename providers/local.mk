# SPDX-License-Identifier: MIT
# Libraries that implement audited interfaces, for programs to link to.
PROVIDER_CFLAGS = $(AM_CFLAGS) $(SANITIZERS) -fvisibility=hidden -ftls-model=initial-exec \
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

provider_includedir = $(includedir)/scardaudit
provider_include_HEADERS = providers/scardaudit/dce.h providers/scardaudit/rpcexcept.h \
	providers/scardaudit/rpcsm.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = providers/scardaudit-dce.pc providers/scardaudit-rpc.pc
EXTRA_DIST += providers/README.md
