# SPDX-License-Identifier: MIT
noinst_LIBRARIES += libreport.a
libreport_a_SOURCES = preload/api.c
libreport_a_CFLAGS = $(AM_CFLAGS) $(SANITIZERS) $(JANSSON_CFLAGS) $(LIBDW_CFLAGS)
