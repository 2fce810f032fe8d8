/* SPDX-License-Identifier: MIT */
/* Memory that is given back, to RPC stub memory or past it: what is wrong with that. */
#ifndef REPORT_RPC_BLOCKS_H
#define REPORT_RPC_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

struct replay;
struct trace_event;
/* RpcSmFree and its like, which mark a block, or release it. */
void rpc_blocks_given_back(struct replay *replay, uint32_t event);

/* RpcSmClientFree and its like: to the free routine in force. */
void rpc_blocks_given_to_client(struct replay *replay, uint32_t event);

/* Is this the block that the thread is about to give to the routine in force? What is told of that
 * is withdrawn. */
bool rpc_blocks_routine_gives(struct replay *replay, const struct trace_event *event);

/* midl_user_free, which releases at once. */
void rpc_blocks_freed_by_user(struct replay *replay, uint32_t event);

#endif
