/* SPDX-License-Identifier: MIT */
/* How kinds of resources are told apart, with and without colour: by shape and pattern. */
#include "preload/api.h"
#include "html.h"

#define SHAPES 7

/* Of 10 by 10, around the middle of the left edge. */
static const char *const shapes[SHAPES] = {
    "<circle cy=5 r=4 />",
    "<path d=M-4,1H4V9H-4Z />",
    "<path d=M0,0L5,5L0,10L-5,5Z />",
    "<path d=M-4,1L5,5L-4,9Z />",
    "<path d=M0,0L5,9H-5Z />",
    "<path d=M-5,1H5L0,10Z />",
    "<path d=M-1.5,0H1.5V3.5H5V6.5H1.5V10H-1.5V6.5H-5V3.5H-1.5Z />",
};

void html_marks(FILE *out)
{
    fputs("<svg class=defs width=0 height=0 aria-hidden=true><defs>", out);
    for (unsigned kind = SCA_KIND_NONE + 1; kind < SCA_KIND_COUNT; kind++) {
        /* The second time around hollow, as those bars are striped. */
        fprintf(out, "<symbol id=g%u overflow=visible%s>%s</symbol>", kind,
                kind > SHAPES ? " fill=none stroke=currentColor stroke-width=1.5" : "",
                shapes[(kind - 1) % SHAPES]);
        fprintf(out,
                "<pattern id=p%u class=k%u width=6 height=6 patternUnits=userSpaceOnUse>"
                "<rect width=6 height=6 opacity=.18 />",
                kind, kind);
        if (kind > SHAPES)
            fputs("<path d=M-1,1L1,-1M0,6L6,0M5,7L7,5 stroke=currentColor opacity=.7 />", out);
        fputs("</pattern>", out);
    }
    fputs("<symbol id=open overflow=visible><path d=M0,0L9,5L0,10Z /></symbol>"
          "<symbol id=lost overflow=visible><path d=M1,1L9,9M9,1L1,9 stroke=currentColor "
          "stroke-width=2 /></symbol></defs></svg>\n",
          out);
}

void html_mark(FILE *out, unsigned kind)
{
    fprintf(out,
            "<svg class=k%u width=12 height=12 viewBox=\"-6 -1 12 12\" aria-hidden=true>"
            "<use href=#g%u /></svg>",
            kind, kind);
}
