/* SPDX-License-Identifier: MIT */
/*
 * The variables by which a program that this process starts is audited too, and what an environment
 * lacks of them. They are those of our own start, in memory of ours: programs overwrite the
 * environment they were given (clearenv, setproctitle). The environment of the process and the
 * ones that are looked at here are never written to.
 *
 *     size_t room = sca_environment_room(envp);
 *     if (room)
 *             envp = sca_environment_complete(envp, __builtin_alloca(room), room);
 *
 * A variable that is missing is added. A list that names other libraries but not us gets our part
 * of it put in front. Anything else is the program's: one that starts `scardaudit run` sets values
 * of its own. Any thread, any signal handler, a vfork child; errno is kept. NULL is an environment
 * without variables. Another thread may change it meanwhile, as far as exec itself would bear that.
 */
#ifndef SCA_ENVIRONMENT_H
#define SCA_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

/* Once, in the constructor. Before that nothing is missing anywhere. */
void sca_environment_start(void);

/*
 * The memory that completing takes, in bytes. 0: nothing is missing, or our library cannot be
 * reached from here (chroot, the directory of a run that is over) and would only be complained of.
 */
size_t sca_environment_room(char *const *envp);

/* The completed environment, in `memory`; `envp` itself if it has changed and needs more room. */
char *const *sca_environment_complete(char *const *envp, void *memory, size_t room);

/* Does a program that is started with it have us preloaded, as far as it has to do with us? */
bool sca_environment_audits(char *const *envp);

#endif
