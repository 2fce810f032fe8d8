/* SPDX-License-Identifier: MIT */
/* PACKAGE_VERSION, wherever the build keeps it: in config.h, or on the command line. */
#ifndef REPORT_VERSION_H
#define REPORT_VERSION_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#endif
