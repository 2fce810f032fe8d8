// SPDX-License-Identifier: MIT
// Search and filters: which cards are shown, and how many there are of what.
"use strict";
(() => {
    const { make, button, cards, groups, choice, change, watch, nothing, isChosen } = scardaudit;
    const controls = document.getElementById("controls");
    if (cards.length < 2) return;

    // ---- search ----
    const search = make("input", {
        id: "search", type: "search", autocomplete: "off", spellcheck: "false",
        "aria-keyshortcuts": "/", "aria-controls": "findings",
    });
    search.addEventListener("input", () => change({ search: search.value }));

    const textOf = (card) => (card.text ??= card.element.textContent.toLowerCase());

    // Ahead of the first search, in pieces that nobody notices.
    let read = 0;
    const readAhead = (deadline) => {
        while (read < cards.length && deadline.timeRemaining() > 2) textOf(cards[read++]);
        if (read < cards.length) requestIdleCallback(readAhead);
    };
    if (window.requestIdleCallback) requestIdleCallback(readAhead);

    // ---- chips ----
    // Pids repeat: processes are numbers of rows.
    const names = Array.from(document.querySelectorAll("#processes tbody tr"), (row) => {
        const [pid, , executable] = Array.from(row.cells, (cell) => cell.textContent);
        return `${executable.split("/").pop()} ${pid}`;
    });
    const nameOf = (group, value) => (group === "process" ? names[value] : value);

    const valuesOf = (card, group) => (group === "process" ? card.process : [card[group]]);

    const toggle = (group, value) => {
        const chosen = new Set(choice[group]);
        if (!chosen.delete(value)) chosen.add(value);
        change({ [group]: chosen });
    };

    const makeChip = (group, value) => {
        const number = make("span", {});
        const chip = button("", () => toggle(group, value), { "aria-pressed": "false" });
        chip.append(`${nameOf(group, value)} `, number);
        return { chip, number, count: 0 };
    };

    const FEW = 8;
    const makeGroup = (group) => {
        const chips = new Map();
        for (const card of cards)
            for (const value of valuesOf(card, group))
                if (!chips.has(value)) chips.set(value, makeChip(group, value));
        const all = Array.from(chips.values(), ({ chip }) => chip);
        const box = make("div", { class: "chips" }, ...all.slice(0, FEW));
        if (all.length > FEW)
            box.append(make("details", {}, make("summary", {}, `${all.length - FEW} more`),
                make("div", { class: "chips" }, ...all.slice(FEW))));
        const fieldset = make("fieldset", { hidden: chips.size < 2 }, make("legend", {}, group), box);
        return { group, chips, fieldset };
    };
    const chipGroups = groups.map(makeGroup);

    // Folded where there is little room; open where it matters what is chosen.
    const filters = make("details", {
        open: matchMedia("(min-width: 40rem)").matches,
        hidden: chipGroups.every(({ fieldset }) => fieldset.hidden),
    },
    make("summary", {}, "Filters"), ...chipGroups.map(({ fieldset }) => fieldset));

    // ---- what is shown ----
    const status = make("span", { role: "status", id: "count" });
    const clear = button("Clear filters", () => {
        change({ ...nothing(), sort: choice.sort });
        search.focus();
    });

    const matches = (card, words) =>
        words.every((word) => textOf(card).includes(word)) &&
        (!choice.time || (card.time >= choice.time[0] && card.time <= choice.time[1]));

    const show = () => {
        const words = choice.search.toLowerCase().split(/\s+/).filter(Boolean);
        const chosen = chipGroups.filter(({ group }) => choice[group].size);
        let shown = 0;
        for (const { chips } of chipGroups) for (const chip of chips.values()) chip.count = 0;
        for (const card of cards) {
            const found = matches(card, words);
            const failed = found ? chosen.filter(({ group }) =>
                !valuesOf(card, group).some((value) => choice[group].has(value))) : [];
            const visible = found && failed.length === 0;
            shown += visible;
            if (card.element.hidden === visible) card.element.hidden = !visible;
            // A chip says how many there would be if nothing else of its group were chosen.
            if (!found || failed.length > 1) continue;
            for (const { group, chips } of failed.length ? failed : chipGroups)
                for (const value of valuesOf(card, group)) chips.get(value).count++;
        }
        for (const { group, chips } of chipGroups)
            for (const [value, { chip, number, count }] of chips) {
                chip.setAttribute("aria-pressed", choice[group].has(value));
                chip.classList.toggle("none", count === 0);
                number.textContent = count;
            }
        if (search.value !== choice.search) search.value = choice.search;
        status.textContent = shown === 0 ? "No finding matches"
            : shown === cards.length ? `${shown} findings` : `${shown} of ${cards.length} findings`;
        clear.hidden = !isChosen();
        if (chosen.length) filters.open = true;
    };
    watch(show);

    controls.append(
        make("div", { class: "row" }, make("label", { for: "search" }, "Search"), search),
        filters,
        make("p", { class: "row" }, status, clear));
    controls.hidden = false;
})();
