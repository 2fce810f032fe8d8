/* SPDX-License-Identifier: MIT */
#include "json_values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "utf8.h"

static _Noreturn void no_memory(void)
{
    progress_stop();
    fputs("scardaudit: out of memory\n", stderr);
    exit(3);
}

json_t *must_value(json_t *value)
{
    if (!value)
        no_memory();
    return value;
}

void put_member(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, must_value(value)) < 0)
        no_memory();
}

void append_element(json_t *array, json_t *value)
{
    if (json_array_append_new(array, must_value(value)) < 0)
        no_memory();
}

json_t *text_value(const char *text)
{
    char *valid;
    json_t *value;

    if (!text)
        return json_null();
    valid = utf8_valid_copy(text);
    value = must_value(json_string(valid));
    free(valid);
    return value;
}

json_t *number_value(uint64_t number)
{
    return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

json_t *hex_value(uint64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "0x%" PRIx64, number);
    return must_value(json_string(text));
}

void print_value(FILE *out, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII);

    if (!text)
        no_memory();
    for (const char *c = text; *c;) {
        size_t length = strcspn(c, "\x7f"); /* DEL is ASCII, and so left to us */

        fwrite(c, 1, length, out);
        c += length;
        if (*c) {
            fputs("\\u007f", out);
            c++;
        }
    }
    free(text);
    json_decref(value);
}
