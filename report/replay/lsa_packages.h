/* SPDX-License-Identifier: MIT */
/*
 * Security packages: which of them live, and in which object. One object may have several; they
 * come and go with the host's calls of their Initialize and Shutdown.
 */
#ifndef REPORT_LSA_PACKAGES_H
#define REPORT_LSA_PACKAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct replay;
struct trace_event;

struct lsa_package {
    uint64_t table, code; /* addresses: of its functions, and in its object */
    uint32_t begun;       /* the latest Initialize, or NO_EVENT */
    uint32_t initialized; /* the latest that succeeded, so far as is known; or NO_EVENT */
    uint32_t shut_down;   /* the latest Shutdown, or NO_EVENT */
};

struct lsa_packages {
    struct lsa_package *list;
    size_t count, room;
    bool any_shut_down;
    struct lsa_late {
        uint64_t enter;    /* of the call */
        uint32_t incident; /* number + 1, 0: it is not late */
        uint32_t hosts;    /* the host's latest call of a package on the thread, number + 1, or 0 */
    } * late;              /* [thread]: its latest call */
};

void lsa_packages_init(struct lsa_packages *packages, const struct replay *replay);
void lsa_packages_free(struct lsa_packages *packages);

void lsa_package_initialize(struct replay *replay, uint32_t event);
void lsa_package_shut_down(struct replay *replay, uint32_t event);

/* Is there a package in this object, as far as is known by now? */
bool lsa_packages_in(const struct replay *replay, uint32_t module);

/*
 * Was the host called from an object all of whose packages had been shut down? The number + 1 of
 * the incident that tells so, or 0.
 */
uint32_t lsa_packages_judge(struct replay *replay, uint32_t event);

#endif
