/* SPDX-License-Identifier: MIT */
/*
 * How long does a program take from its start to its end, in each of several environments?
 *
 *     spawn ROUNDS PROGRAM ENVIRONMENT...
 *
 * An environment is its variables, each ended by a new line; "" has none. In each round the program
 * is started once in each of them, so that a machine that drifts does so for all. Prints a line for
 * each: the median, and the time that nine of ten exceed, in microseconds. The program's output is
 * thrown away.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_VARIABLES 16

static void die(const char *what)
{
    fprintf(stderr, "spawn: %s\n", what);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Cuts the text into its lines. */
static char **variables_of(char *text)
{
    char **variables = calloc(MAX_VARIABLES + 1, sizeof *variables);
    size_t count = 0;

    if (!variables)
        die("no memory");
    for (char *line = strtok(text, "\n"); line && count < MAX_VARIABLES; line = strtok(NULL, "\n"))
        variables[count++] = line;
    return variables;
}

static double start_and_wait(char *program, char **variables,
                             const posix_spawn_file_actions_t *silence)
{
    char *arguments[] = {program, NULL};
    struct timespec start, end;
    pid_t pid;
    int status;

    clock_gettime(CLOCK_MONOTONIC, &start);
    if (posix_spawn(&pid, program, silence, NULL, arguments, variables) != 0)
        die("the program cannot be started");
    if (waitpid(pid, &status, 0) != pid || status != 0)
        die("the program failed");
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3;
}

int main(int argc, char **argv)
{
    int rounds = argc > 3 ? atoi(argv[1]) : 0;
    int ways = argc - 3;
    posix_spawn_file_actions_t silence;
    char ***environments;
    double *times;

    if (rounds < 1)
        die("usage: spawn ROUNDS PROGRAM ENVIRONMENT...");
    environments = calloc((size_t)ways, sizeof *environments);
    times = calloc((size_t)ways * (size_t)rounds, sizeof *times);
    if (!environments || !times)
        die("no memory");
    posix_spawn_file_actions_init(&silence);
    posix_spawn_file_actions_addopen(&silence, 1, "/dev/null", O_WRONLY, 0);
    for (int way = 0; way < ways; way++)
        environments[way] = variables_of(argv[3 + way]);
    for (int round = 0; round < rounds; round++)
        for (int way = 0; way < ways; way++)
            times[way * rounds + round] = start_and_wait(argv[2], environments[way], &silence);
    for (int way = 0; way < ways; way++) {
        double *own = times + (size_t)way * (size_t)rounds;

        qsort(own, (size_t)rounds, sizeof *own, by_size);
        printf("%.1f %.1f\n", own[rounds / 2], own[rounds / 10]);
        free(environments[way]);
    }
    posix_spawn_file_actions_destroy(&silence);
    free(environments);
    free(times);
    return 0;
}
