/* SPDX-License-Identifier: MIT */
/* The library is built with hidden visibility; only what interposes a function is exported. */
#ifndef SCA_EXPORT_H
#define SCA_EXPORT_H

#define SCA_EXPORT __attribute__((visibility("default")))
#define SCA_LIKELY(x) __builtin_expect(!!(x), 1)
#define SCA_UNLIKELY(x) __builtin_expect(!!(x), 0)

#endif
