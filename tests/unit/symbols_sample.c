/* SPDX-License-Identifier: MIT */
/*
 * Something for the symbolizer to chew on: inlining several levels deep, static functions, a cold
 * part. Built as a program for symbols_vs_addr2line.sh; built as a library, test_symbols loads it,
 * sets sample_probe and learns return addresses from its calls. The test finds the lines by the
 * comments "at NAME", so each stands once.
 */
#include <stdio.h>
#include <stdlib.h>

void (*volatile sample_probe)(void);
int sample_entry(int count);

struct node {
    struct node *next;
    int value;
};

static inline __attribute__((always_inline)) void *allocate(size_t size)
{
    void *block = malloc(size);

    if (sample_probe)
        sample_probe(); /* at allocate */
    if (!block)
        abort();
    return block;
}

static inline __attribute__((always_inline)) struct node *push(struct node *head, int value)
{
    struct node *node = allocate(sizeof *node); /* at push */

    node->next = head;
    node->value = value;
    return node;
}

static inline __attribute__((always_inline)) struct node *fill(int count)
{
    struct node *head = NULL;

    for (int i = 0; i < count; i++)
        head = push(head, rand() % count); /* at fill */
    return head;
}

static __attribute__((noinline)) int total(const struct node *node)
{
    int sum = 0;

    if (sample_probe)
        sample_probe(); /* at total */
    for (; node; node = node->next) {
        if (node->value < 0) {
            fprintf(stderr, "negative: %d\n", node->value);
            abort();
        }
        sum += node->value;
    }
    return sum;
}

__attribute__((cold, noinline)) static void complain(const char *text)
{
    fputs(text, stderr);
    fputc('\n', stderr);
}

int sample_entry(int count)
{
    struct node *list = fill(count); /* at sample_entry */
    int sum;

    if (count > 1000)
        complain("large");
    sum = total(list);
    while (list) {
        struct node *next = list->next;

        free(list);
        list = next;
    }
    return sum;
}

int main(int argc, char **argv)
{
    printf("%d\n", sample_entry(argc > 1 ? atoi(argv[1]) : 10));
    return 0;
}
