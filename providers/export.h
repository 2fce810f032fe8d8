/* SPDX-License-Identifier: MIT */
/* The libraries are built with hidden visibility; this is what programs may link to. */
#ifndef PROVIDERS_EXPORT_H
#define PROVIDERS_EXPORT_H

#define PROVIDER_EXPORT __attribute__((visibility("default")))
#define PROVIDER_EXPORT_WEAK __attribute__((visibility("default"), weak))

#endif
