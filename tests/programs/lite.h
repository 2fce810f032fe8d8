/* SPDX-License-Identifier: MIT */
/*
 * The half of a program that was written for pcsc-lite, whose header cannot be included beside
 * WinPR's. Built with -DAPART it calls pcsc-lite's functions, else, where both libraries have them,
 * those of the one that was linked first.
 */
#ifndef TESTS_LITE_H
#define TESTS_LITE_H

long lite_open_context(void);
void lite_close_context(long ctx);
char *lite_list_readers(long ctx);
void lite_free_block(long ctx, void *block);
long lite_open_card(long ctx);
void lite_close_card(long card);

#endif
