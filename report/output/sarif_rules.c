/* SPDX-License-Identifier: MIT */
#include "sarif.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/json_values.h"
#include "report/base/memory.h"

/* "ContextLeak" of "context-leak". */
static json_t *name_of(const struct rule *rule)
{
    char *name = xstrdup(rule->name), *end = name;
    json_t *value;

    for (const char *c = rule->name; *c; c++)
        if (*c != '-')
            *end++ = (char)(c == rule->name || c[-1] == '-' ? toupper((unsigned char)*c) : *c);
    *end = '\0';
    value = text_value(name);
    free(name);
    return value;
}

static json_t *sentence(const char *text)
{
    char *whole = xasprintf("%s.", text);
    json_t *message = sarif_message(whole);

    free(whole);
    return message;
}

static json_t *help_of(const struct rule *rule)
{
    char *text = xasprintf("%s %s", rule->explanation, rule->fix);
    char *markdown =
        xasprintf("**%s.** %s\n\n**Fix:** %s", rule->title, rule->explanation, rule->fix);
    json_t *help = sarif_message(text);

    put_member(help, "markdown", text_value(markdown));
    free(markdown);
    free(text);
    return help;
}

static bool is_of_leaks(const struct rule *rule)
{
    size_t length = strlen(rule->name);

    return rule->id == RULE_HELD_AT_END || rule->id == RULE_IMPLICIT_RELEASE ||
           (length > 5 && !strcmp(rule->name + length - 5, "-leak"));
}

static json_t *properties_of(const struct rule *rule)
{
    /* A note is what cannot be sure. */
    static const char *const precisions[] = {"medium", "high", "very-high"};
    static const char *const severities[] = {"recommendation", "warning", "error"};
    json_t *properties = must_value(json_object());
    json_t *tags = must_value(json_array());

    append_element(tags, text_value("correctness"));
    append_element(tags, text_value(is_of_leaks(rule) ? "resource-leak" : "resource-misuse"));
    put_member(properties, "tags", tags);
    put_member(properties, "precision", text_value(precisions[rule->severity]));
    put_member(properties, "problem.severity", text_value(severities[rule->severity]));
    return properties;
}

static json_t *rule_json(const struct rule *rule)
{
    json_t *object = must_value(json_object());
    json_t *configuration = must_value(json_object());

    put_member(object, "id", text_value(rule->name));
    put_member(object, "name", name_of(rule));
    put_member(object, "shortDescription", sentence(rule->title));
    put_member(object, "fullDescription", sarif_message(rule->explanation));
    put_member(object, "help", help_of(rule));
    put_member(configuration, "level", text_value(severity_name(rule->severity)));
    put_member(object, "defaultConfiguration", configuration);
    put_member(object, "properties", properties_of(rule));
    return object;
}

json_t *sarif_rules(void)
{
    json_t *list = must_value(json_array());

    for (size_t i = 0; i < RULE_COUNT; i++)
        append_element(list, rule_json(&rules[i]));
    return list;
}
