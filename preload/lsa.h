/* SPDX-License-Identifier: MIT */
/*
 * Security packages of Windows' LSA and their host. What they call of each other are no symbols but
 * slots of function tables, so the tables are where we get between: SpLsaModeInitialize, which we
 * do see, hands out those of the package, whose Initialize is given that of the host. They are
 * changed in place (patch.h): who compares their addresses, or copies them, finds what he would
 * without us.
 */
#ifndef SCA_LSA_H
#define SCA_LSA_H

/* What to hand a host in place of this entry of a package (lsa_entry.h); NULL: that itself. Not in
 * signal handlers. */
void *sca_lsa_hook(void *real);

/* The same while the loader binds it, and may not know its object yet; it is no function of ours.
 */
void *sca_lsa_bound(void *real);

#endif
