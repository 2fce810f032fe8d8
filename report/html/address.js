// SPDX-License-Identifier: MIT
// What was chosen stands in the address, as "#?search=...&rule=...,...": it comes back with it. An
// address may come from anybody: only what the page itself has is taken from it, and text stays
// text. Other fragments are links inside the page.
"use strict";
(() => {
    const { cards, groups, nothing, choice, change, changeNow, watch, isChosen } = scardaudit;
    const LONGEST = 1000;

    const write = () => {
        const fields = new URLSearchParams();
        if (choice.search.trim()) fields.set("search", choice.search.slice(0, LONGEST));
        for (const group of groups)
            if (choice[group].size) fields.set(group, [...choice[group]].join(","));
        if (choice.time) fields.set("time", choice.time.join("-"));
        if (choice.sort !== "severity") fields.set("sort", choice.sort);
        return fields.size ?? [...fields].length ? `#?${fields}` : "";
    };

    const read = () => {
        const fields = new URLSearchParams(location.hash.slice(2));
        const chosen = nothing();
        chosen.search = (fields.get("search") ?? "").slice(0, LONGEST);
        chosen.sort = fields.get("sort") ?? chosen.sort;
        for (const group of groups) {
            const wanted = new Set((fields.get(group) ?? "").split(","));
            for (const card of cards)
                for (const value of [card[group]].flat())
                    if (wanted.has(value)) chosen[group].add(value);
        }
        const time = /^(\d{1,15})-(\d{1,15})$/.exec(fields.get("time") ?? "");
        if (time && +time[1] <= +time[2]) chosen.time = [+time[1], +time[2]];
        return chosen;
    };

    const isState = () => location.hash.startsWith("#?");

    // A link to a card opens it, also if it is not among those that are shown.
    const show = () => {
        const target = document.getElementById(location.hash.slice(1));
        if (!(target instanceof HTMLDetailsElement)) return;
        if (target.hidden && isChosen()) changeNow({ ...nothing(), sort: choice.sort });
        target.open = true;
        target.scrollIntoView();
    };

    watch(() => {
        const fragment = write();
        if (fragment === location.hash || (!fragment && !isState())) return;
        try {
            history.replaceState(null, "", fragment || location.pathname + location.search);
        } catch (_) {
            // too often, or forbidden: the page itself is right
        }
    });
    addEventListener("hashchange", () => (isState() ? change(read()) : show()));
    changeNow(isState() ? read() : {});
    show();
})();
