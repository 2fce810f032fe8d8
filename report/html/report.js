// SPDX-License-Identifier: MIT
// What only a script can do; the page is complete without it. README.md describes the page.
(() => {
    "use strict";
    // Closed cards are not printed by every browser.
    let opened = [];
    addEventListener("beforeprint", () => {
        opened = [...document.querySelectorAll("details:not([open])")];
        for (const details of opened) details.open = true;
    });
    addEventListener("afterprint", () => {
        for (const details of opened) details.open = false;
    });
    // A link to a card opens it.
    const show = () => {
        const target = document.getElementById(location.hash.slice(1));
        if (target instanceof HTMLDetailsElement) target.open = true;
    };
    addEventListener("hashchange", show);
    show();
})();
