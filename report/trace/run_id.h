/* SPDX-License-Identifier: MIT */
/* Run ids: what the processes of one run have in common in their traces. */
#ifndef REPORT_RUN_ID_H
#define REPORT_RUN_ID_H

/* The one inherited in SCARDAUDIT_RUN_ID if it is valid, else a fresh one; malloc'd. */
char *run_id_choose(void);

#endif
