/* SPDX-License-Identifier: MIT */
/* What the rules of this report's findings mean, once each: cards link to it. */
#include <stdlib.h>

#include "report/findings/explain.h"
#include "html.h"

static void print_rule(const struct html *html, const struct rule *rule)
{
    FILE *out = html->out;
    char *example = rule_example(rule);

    fprintf(out, "<article id=%s><h3>%s <small>%s", rule->name, rule->name,
            severity_name(rule->severity));
    if (html->kinds[rule->id]) {
        fputs(", ", out);
        html_name(out, html->kinds[rule->id]);
    }
    fputs("</small></h3><p><b>", out);
    html_text(out, rule->title);
    fputs(".</b> ", out);
    html_text(out, rule->explanation);
    fputs("<p><b>Fix:</b> ", out);
    html_text(out, rule->fix);
    if (example) {
        fputs("<details><summary>Example</summary><pre tabindex=0>", out);
        html_code(out, example);
        fputs("</pre></details>", out);
    }
    fputs("</article>\n", out);
    free(example);
}

void html_rules(const struct html *html)
{
    bool present[RULE_COUNT] = {false}, any = false;

    for (size_t i = 0; i < html->report->findings_count; i++)
        present[html->report->findings[i].rule->id] = any = true;
    if (!any)
        return;
    fputs("<section id=rules aria-labelledby=rules-h><h2 id=rules-h>Rules</h2>\n", html->out);
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (present[i])
            print_rule(html, &rules[i]);
    fputs("</section>\n", html->out);
}
