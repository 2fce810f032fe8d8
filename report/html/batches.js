// SPDX-License-Identifier: MIT
// Where there are many cards they stand in batches, which the browser lays out when they come into
// sight: how high they are until then, and none where no card of it is shown.
"use strict";
(() => {
    const CARD = 3.375; // rem, closed, with what is above it
    const { cards, watch } = scardaudit;
    const batches = document.querySelectorAll(".batch");
    if (!batches.length) return;

    watch(() => {
        const shown = new Map();
        for (const { element } of cards)
            if (!element.hidden)
                shown.set(element.parentElement, (shown.get(element.parentElement) ?? 0) + 1);
        for (const batch of batches) {
            const count = shown.get(batch) ?? 0;
            batch.hidden = count === 0;
            batch.style.containIntrinsicBlockSize = `auto ${count * CARD}rem`;
        }
    });
})();
