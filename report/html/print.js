// SPDX-License-Identifier: MIT
// Not every browser prints what is closed: paper has all of it.
"use strict";
(() => {
    let opened = [];
    addEventListener("beforeprint", () => {
        opened = Array.from(document.querySelectorAll("main details:not([open])"));
        for (const details of opened) details.open = true;
    });
    addEventListener("afterprint", () => {
        for (const details of opened) details.open = false;
    });
})();
