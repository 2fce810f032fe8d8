/* SPDX-License-Identifier: MIT */
/*
 * dlsym and dlvsym are assembly: glibc takes RTLD_NEXT and RTLD_DEFAULT to mean "as seen from my
 * return address", so unless the answer is ours they jump to the real function with registers and
 * stack as they were.
 */
#ifndef SCA_DLSYM_HOOK_H
#define SCA_DLSYM_HOOK_H

/* Returned in RAX:RDX. go_on != NULL: jump there. Otherwise value is the answer. */
struct sca_lookup {
    void *value;
    void *go_on;
};

struct sca_lookup sca_dlsym_look_up(void *handle, const char *name, const void *caller);
struct sca_lookup sca_dlvsym_look_up(void *handle, const char *name, const char *version,
                                     const void *caller);

#endif
