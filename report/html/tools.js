// SPDX-License-Identifier: MIT
// Theme, and the keys and what they do.
"use strict";
(() => {
    const { make, button, cards, choice, nothing, change, isChosen, remember, recall } = scardaudit;
    const tools = document.getElementById("tools");

    // ---- theme: theme.js sets what was chosen before ----
    const root = document.documentElement;
    const theme = make("select", { id: "theme" },
        ...["auto", "light", "dark"].map((value) => make("option", { value }, value)));
    theme.value = root.dataset.theme ?? "auto";
    theme.addEventListener("change", () => {
        if (theme.value === "auto") delete root.dataset.theme;
        else root.dataset.theme = theme.value;
        remember("scardaudit-theme", theme.value === "auto" ? null : theme.value);
    });

    // ---- help ----
    const keys = [
        ["/", "search"],
        ["j", "next finding"],
        ["k", "previous finding"],
        ["Enter", "open or close it"],
        ["Esc", "close it; clear search or filters"],
        ["?", "this help"],
    ];
    const on = make("input", { id: "keys-on", type: "checkbox" });
    on.checked = recall("scardaudit-keys") !== "off";
    on.addEventListener("change", () => remember("scardaudit-keys", on.checked ? null : "off"));
    const help = make("dialog", { id: "help", "aria-labelledby": "help-h" },
        make("h2", { id: "help-h" }, "Keys"),
        make("dl", {}, ...keys.map(([key, does]) => make("div", {},
            make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)))),
        make("p", {}, on, make("label", { for: "keys-on" }, " Use keys of one character")),
        make("p", {}, "The address has search, filters and order: it can be kept, or sent on with the file."),
        button("Close", () => help.close()));
    const showHelp = () => {
        if (!help.open) help.showModal();
    };

    // ---- keys ----
    let last = null;
    const cardOf = (element) => element?.closest?.("details[id]");
    const go = (way) => {
        const shown = Array.from(document.querySelectorAll("details[id]:not([hidden])"));
        const here = shown.indexOf(cardOf(document.activeElement) ?? last);
        const card = shown[here < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, here + way))];
        if (!card) return;
        last = card;
        card.firstElementChild.focus({ preventScroll: true });
        card.firstElementChild.scrollIntoView({ block: "nearest" });
    };
    const search = document.getElementById("search");
    const escape = () => {
        const focused = document.activeElement;
        const card = cardOf(focused);
        if (focused === search && search.value) {
            change({ search: "" });
        } else if (card?.open) {
            card.open = false;
            card.firstElementChild.focus();
        } else if (isChosen()) {
            change({ ...nothing(), sort: choice.sort });
        } else {
            focused?.blur();
        }
    };
    const actions = {
        "/": () => {
            search?.focus();
            search?.select();
        },
        j: () => go(1),
        k: () => go(-1),
        "?": showHelp,
    };
    addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
        if (help.open || event.isComposing) return;
        if (event.key === "Escape") return escape();
        const typing = event.target.closest?.("input:not([type=range], [type=checkbox]), select");
        if (typing || !on.checked || !Object.hasOwn(actions, event.key)) return;
        event.preventDefault();
        actions[event.key]();
    });

    tools.append(make("label", { for: "theme" }, "Theme"), theme,
        button("Keys", showHelp, { "aria-haspopup": "dialog" }));
    tools.hidden = false;
    if (cards.length) tools.lastElementChild.setAttribute("aria-keyshortcuts", "?");
    document.body.append(help);
})();
