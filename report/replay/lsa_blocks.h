/* SPDX-License-Identifier: MIT */
/* Memory that is given back to the host of security packages: what is wrong with that. */
#ifndef REPORT_LSA_BLOCKS_H
#define REPORT_LSA_BLOCKS_H

#include <stdint.h>

struct replay;

/* FreeSharedMemory, with the section that it names. */
void lsa_blocks_given_back(struct replay *replay, uint32_t event);

/* FreeLsaHeap. */
void lsa_heap_blocks_given_back(struct replay *replay, uint32_t event);

#endif
