/* SPDX-License-Identifier: MIT */
/*
 * What was held at the end, as a graph of the stacks that acquired it: callers above, as wide as
 * what they and all they called held. And the same as a nested list.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/symbols/fingerprint.h"
#include "html.h"
#include "report/base/memory.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

#define DEEPEST 40
#define ROW 20U   /* pixels */
#define LEAST 400 /* parts of the whole: what is less is not drawn */

/* Nodes are numbered; 0 is the root, and none. */
struct node {
    const struct frame *frame; /* NULL: a kind */
    size_t count, child, next;
    uint8_t kind;
};

/* Many may have one parent: found by what is called from where. */
struct child {
    char *key; /* the parent's number, the kind, the call */
    size_t node;
    UT_hash_handle hh;
};

struct tree {
    struct node *nodes;
    struct child *children;
    size_t count, room, deepest;
};

/* ---- the tree ------------------------------------------------------------------------------- */

static char *key_of(size_t parent, unsigned kind, const struct frame *frame)
{
    if (!frame)
        return xasprintf("%zu %u", parent, kind);
    if (frame->function)
        return xasprintf("%zu %u f %s", parent, kind, frame->function);
    return xasprintf("%zu %u o %" PRIx64 " %s", parent, kind, frame->offset,
                     frame->module ? frame->module : "");
}

static size_t child_of(struct tree *tree, size_t parent, unsigned kind, const struct frame *frame)
{
    char *key = key_of(parent, kind, frame);
    struct child *child;

    HASH_FIND_STR(tree->children, key, child);
    if (child) {
        free(key);
        return child->node;
    }
    child = xcalloc(1, sizeof *child);
    child->key = key;
    child->node = tree->count;
    HASH_ADD_KEYPTR(hh, tree->children, key, strlen(key), child);
    GROW(tree->nodes, tree->count, tree->room);
    tree->nodes[tree->count] =
        (struct node){.frame = frame, .kind = (uint8_t)kind, .next = tree->nodes[parent].child};
    tree->nodes[parent].child = tree->count;
    return tree->count++;
}

static void add(struct tree *tree, const struct hold *hold)
{
    size_t node = child_of(tree, 0, hold->kind, NULL), depth = 1;

    tree->nodes[0].count += hold->count;
    tree->nodes[node].count += hold->count;
    for (size_t i = hold->stack->count; i-- > 0 && depth < DEEPEST;) {
        if (fingerprint_is_runtime(&hold->stack->frames[i]))
            continue;
        node = child_of(tree, node, hold->kind, &hold->stack->frames[i]);
        tree->nodes[node].count += hold->count;
        depth++;
    }
    tree->deepest = depth > tree->deepest ? depth : tree->deepest;
}

static bool is_shown(const struct tree *tree, size_t node)
{
    return tree->nodes[node].count * LEAST >= tree->nodes[0].count;
}

static int by_count(const void *a, const void *b, void *context)
{
    const struct tree *tree = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    if (tree->nodes[x].count != tree->nodes[y].count)
        return tree->nodes[x].count > tree->nodes[y].count ? -1 : 1;
    return (x > y) - (x < y); /* first come */
}

/* The children that are shown, the greatest first; malloc'd. What the others have: in *rest. */
static size_t *children_of(const struct tree *tree, size_t parent, size_t *count, size_t *rest)
{
    size_t *children = NULL, room = 0;

    *count = *rest = 0;
    for (size_t child = tree->nodes[parent].child; child; child = tree->nodes[child].next) {
        if (!is_shown(tree, child)) {
            *rest += tree->nodes[child].count;
            continue;
        }
        GROW(children, *count, room);
        children[(*count)++] = child;
    }
    if (*count)
        qsort_r(children, *count, sizeof *children, by_count, (void *)(uintptr_t)tree);
    return children;
}

/* ---- drawing and list ----------------------------------------------------------------------- */

static void print_name(FILE *out, const struct node *node)
{
    char *name;

    if (!node->frame) {
        fputs(sca_kind_name(node->kind), out);
        return;
    }
    name = fingerprint_frame_name(node->frame);
    html_name(out, name);
    free(name);
}

static void draw(const struct html *html, const struct tree *tree, size_t number, double x,
                 size_t depth)
{
    const struct node *node = &tree->nodes[number];
    double all = (double)tree->nodes[0].count;
    size_t count, rest, *children = children_of(tree, number, &count, &rest);
    FILE *out = html->out;

    if (number) {
        fprintf(out, "<svg class=k%u x=%.2f%% y=%zu width=%.2f%% height=%u><title>", node->kind, x,
                (depth - 1) * ROW, 100 * (double)node->count / all, ROW - 1);
        print_name(out, node);
        fprintf(out, ": %zu held</title><rect width=100%% height=100%% /><text x=4 y=14>",
                node->count);
        print_name(out, node);
        fputs("</text></svg>\n", out);
    }
    for (size_t i = 0; i < count; i++) {
        draw(html, tree, children[i], x, depth + 1);
        x += 100 * (double)tree->nodes[children[i]].count / all;
    }
    free(children);
}

static void list(const struct html *html, const struct tree *tree, size_t number)
{
    size_t count, rest, *children = children_of(tree, number, &count, &rest);

    if (count)
        fputs("<ul>", html->out);
    for (size_t i = 0; i < count; i++) {
        fprintf(html->out, "<li>%zu ", tree->nodes[children[i]].count);
        print_name(html->out, &tree->nodes[children[i]]);
        putc('\n', html->out);
        list(html, tree, children[i]);
    }
    if (count && rest)
        fprintf(html->out, "<li>%zu in many small parts", rest);
    if (count)
        fputs("</ul>", html->out);
    else if (rest)
        fprintf(html->out, " (in many small parts)");
    free(children);
}

static void tree_free(struct tree *tree)
{
    struct child *child, *next;

    HASH_ITER(hh, tree->children, child, next)
    {
        HASH_DEL(tree->children, child);
        free(child->key);
        free(child);
    }
    free(tree->nodes);
}

void html_flame(const struct html *html)
{
    const struct lives *lives = html->report->lives;
    struct tree tree = {0};

    if (!lives || !lives->holds_count)
        return;
    GROW(tree.nodes, tree.count, tree.room);
    tree.nodes[tree.count++] = (struct node){.frame = NULL};
    for (size_t i = 0; i < lives->holds_count; i++)
        add(&tree, &lives->holds[i]);
    fprintf(html->out,
            "<section id=held aria-labelledby=held-h><h2 id=held-h>Held at the end</h2>\n"
            "<p>%zu, by the stacks that acquired them: callers above what they called.\n"
            "<div class=d tabindex=0 role=group aria-labelledby=held-h><svg id=flame width=100%% "
            "height=%zu role=img aria-label=\"Flame graph; the list below has the same\">\n",
            tree.nodes[0].count, tree.deepest * ROW);
    draw(html, &tree, 0, 0, 0);
    fputs("</svg></div>\n<details class=t><summary>The same as a list</summary>", html->out);
    list(html, &tree, 0);
    fputs("</details></section>\n", html->out);
    tree_free(&tree);
}
