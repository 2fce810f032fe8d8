/* SPDX-License-Identifier: MIT */
#ifndef REPORT_HTML_POLICY_H
#define REPORT_HTML_POLICY_H

/*
 * The Content-Security-Policy of the page: nothing is fetched, and of styles and scripts only those
 * are taken that are part of the program, by their SHA-256. Made at build time (html_policy.sh).
 */
extern const char html_policy[];

#endif
