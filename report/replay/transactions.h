/* SPDX-License-Identifier: MIT */
/*
 * Transactions, and what ends them besides SCardEndTransaction. Each is a resource of its card
 * handle, whose value it has; they nest, and one that ends is the innermost.
 */
#ifndef REPORT_TRANSACTIONS_H
#define REPORT_TRANSACTIONS_H

#include "replay.h"

/* A card handle ends by this event, and with it what was begun on it. */
void transactions_end(struct replay *replay, uint32_t handle, uint32_t event);

/* A card handle was given back unseen, and nobody knows what became of its transactions. */
void transactions_lose(struct replay *replay, uint32_t handle);

/* A call failed that was given this card handle: was that the end of its transactions? */
void transactions_call_failed(struct replay *replay, uint32_t handle, uint32_t event);

/* SCardEndTransaction failed. True: there was none any more. */
bool transactions_end_failed(struct replay *replay, uint32_t transaction, uint32_t event);

/* May its end have been one that nobody saw, as that of its card handle may? */
bool transactions_uncertain(const struct replay *replay, const struct object *transaction);

/* Did the program end it in a provider above that did not have the one below end it? */
bool transactions_ended_above(const struct replay *replay, const struct object *transaction);

#endif
