/* SPDX-License-Identifier: MIT */
#include "escape.h"
#include "sarif.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base_name.h"
#include "json_values.h"
#include "memory.h"
#include "source_path.h"

#define LONGEST 4000 /* bytes of a message */
#define LONGEST_NAME 1000

static bool is_backslash_before_link(const char *text)
{
    return *text == '\\' && text[1 + strspn(text + 1, "\\")] == '[';
}

json_t *sarif_message(const char *text)
{
    json_t *message = must_value(json_object());
    char *plain = escaped_copy(text, LONGEST);
    char *escaped = xmalloc(2 * strlen(plain) + 1), *end = escaped;

    for (const char *c = plain; *c; c++) {
        if (*c == '{' || *c == '}')
            *end++ = *c;
        else if (*c == '[' || is_backslash_before_link(c))
            *end++ = '\\';
        *end++ = *c;
    }
    *end = '\0';
    put_member(message, "text", text_value(escaped));
    free(escaped);
    free(plain);
    return message;
}

/* A relative URI reference, malloc'd. */
static char *uri_of(const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    char *uri = xmalloc(3 * strlen(path) + 1), *end = uri;

    for (; *path; path++) {
        if (strchr(plain, *path))
            *end++ = *path;
        else
            end += sprintf(end, "%%%02X", (unsigned char)*path);
    }
    *end = '\0';
    return uri;
}

json_t *sarif_location(const char *path, int line)
{
    json_t *location = must_value(json_object());
    json_t *physical = must_value(json_object());
    json_t *artifact = must_value(json_object());
    json_t *region = must_value(json_object());
    char *uri = uri_of(path);

    put_member(artifact, "uri", text_value(uri));
    put_member(artifact, "uriBaseId", text_value(SARIF_ROOT));
    put_member(physical, "artifactLocation", artifact);
    put_member(region, "startLine", json_integer(line));
    put_member(physical, "region", region);
    put_member(location, "physicalLocation", physical);
    free(uri);
    return location;
}

/* "connect_card", else "libcard.so+0x12". */
static char *function_name(const struct frame *frame)
{
    char *name, *shown;

    if (frame->function)
        name = xstrdup(frame->function);
    else
        name = xasprintf("%s%s0x%" PRIx64, frame->module ? base_name(frame->module) : "",
                         frame->module ? "+" : "", frame->offset);
    shown = escaped_copy(name, LONGEST_NAME);
    free(name);
    return shown;
}

void sarif_add_function(json_t *location, const struct frame *frame)
{
    json_t *functions = must_value(json_array());
    json_t *function = must_value(json_object());
    char *name = function_name(frame);

    put_member(function, "fullyQualifiedName", text_value(name));
    put_member(function, "kind", text_value("function"));
    append_element(functions, function);
    put_member(location, "logicalLocations", functions);
    free(name);
}

static char *path_of(const struct sarif *sarif, const struct frame *frame)
{
    return frame->file && frame->line > 0 ? source_root_path(sarif->root, frame->file) : NULL;
}

/* Of a file elsewhere only people can make something. */
static void add_file(json_t *location, const struct frame *frame)
{
    char *shown = source_path(frame->file);
    char *text = xasprintf("%s:%d", shown, frame->line);

    put_member(location, "message", sarif_message(text));
    free(text);
    free(shown);
}

json_t *sarif_frame_location(const struct sarif *sarif, const struct frame *frame)
{
    char *path = path_of(sarif, frame);
    json_t *location = path ? sarif_location(path, frame->line) : must_value(json_object());

    sarif_add_function(location, frame);
    if (!path && frame->file && frame->line > 0)
        add_file(location, frame);
    free(path);
    return location;
}

json_t *sarif_stack_location(const struct sarif *sarif, const struct report_stack *stack,
                             const char *message)
{
    json_t *location = NULL;

    for (size_t i = 0; i < stack->count && !location; i++) {
        char *path = path_of(sarif, &stack->frames[i]);

        if (!path)
            continue;
        free(path);
        location = sarif_frame_location(sarif, &stack->frames[i]);
        put_member(location, "message", sarif_message(message));
    }
    return location;
}
