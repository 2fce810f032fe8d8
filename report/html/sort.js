// SPDX-License-Identifier: MIT
// The order of cards, in each of the sections.
"use strict";
(() => {
    const { make, cards, choice, change, watch } = scardaudit;
    const row = document.querySelector("#controls > .row");
    if (!row) return;

    // The frame that a finding belongs to. Simple selectors, as there may be 10,000 cards.
    const findPlace = (card) => {
        const frames = Array.from(card.element.querySelector("ol")?.children ?? []);
        const frame = frames.find((each) => each.className === "o") ??
            frames.find((each) => each.className !== "g");
        return frame ? frame.querySelector("i")?.textContent || frame.textContent : "";
    };
    const placeOf = (card) => (card.place ??= findPlace(card));

    const words = new Intl.Collator("en", { numeric: true });
    const orders = {
        severity: { name: "worst first", compare: () => 0 },
        count: { name: "most often", compare: (a, b) => b.count - a.count },
        bytes: { name: "most bytes", compare: (a, b) => b.bytes - a.bytes },
        time: { name: "time", compare: (a, b) => a.time - b.time },
        rule: { name: "rule", compare: (a, b) => words.compare(a.rule, b.rule) },
        kind: { name: "kind of resource", compare: (a, b) => words.compare(a.kind, b.kind) },
        place: { name: "place", compare: (a, b) => words.compare(placeOf(a), placeOf(b)) },
    };

    const select = make("select", { id: "sort" }, ...Object.entries(orders).map(([value, { name }]) =>
        make("option", { value }, name)));
    select.addEventListener("change", () => change({ sort: select.value }));
    row.append(make("label", { for: "sort" }, "Sort by"), select);

    const sections = new Map();
    for (const card of cards) {
        const section = card.element.closest("section");
        if (!sections.has(section)) sections.set(section, []);
        sections.get(section).push(card);
    }

    const fragment = (elements) => {
        const all = document.createDocumentFragment();
        all.append(...elements);
        return all;
    };

    let current = "severity";
    watch(() => {
        if (!Object.hasOwn(orders, choice.sort)) choice.sort = "severity";
        select.value = choice.sort;
        if (current === choice.sort) return;
        current = choice.sort;
        const { compare } = orders[current];
        for (const [section, list] of sections) {
            const behind = list.at(-1).element.nextSibling;
            list.sort((a, b) => compare(a, b) || a.order - b.order);
            const sorted = list.map((card) => card.element);
            const batches = section.querySelectorAll(".batch");
            const sizes = Array.from(batches, (batch) => batch.childElementCount);
            batches.forEach((batch, each) => batch.append(...sorted.splice(0, sizes[each])));
            section.insertBefore(fragment(sorted), behind?.parentNode === section ? behind : null);
        }
    });
})();
