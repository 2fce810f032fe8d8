// SPDX-License-Identifier: MIT
// What the scripts share: the cards as numbers and names, what the reader chose to see of them, and
// how elements are made. README.md describes the page, and which script does what.
"use strict";
const scardaudit = (() => {
    // Attributes and text, never markup. An attribute that is false is left out.
    const make = (tag, attributes, ...children) => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes))
            if (value !== false) element.setAttribute(name, value === true ? "" : value);
        element.append(...children);
        return element;
    };

    const button = (text, action, attributes = {}) => {
        const element = make("button", { type: "button", ...attributes }, text);
        element.addEventListener("click", action);
        return element;
    };

    // Storage may be forbidden: then nothing is remembered.
    const remember = (key, value) => {
        try {
            if (value) localStorage.setItem(key, value);
            else localStorage.removeItem(key);
        } catch (_) {
            // it holds until the page is closed
        }
    };

    const recall = (key) => {
        try {
            return localStorage.getItem(key);
        } catch (_) {
            return null;
        }
    };

    const data = JSON.parse(document.getElementById("data").textContent);

    // "new" is what no baseline and no suppression knows.
    const stateOf = (element, summary) => {
        const section = element.closest("section").id;
        if (section !== "findings") return section;
        return summary.lastElementChild.textContent === "grown" ? "grown" : "new";
    };

    // The first of its links: to the rule. Step by step, as a selector takes long in 10,000 cards.
    const ruleOf = (summary) => {
        let line = summary;
        while (line.tagName !== "P" || line.className) line = line.nextElementSibling;
        return line.firstElementChild.textContent;
    };

    const cards = Array.from(document.querySelectorAll("details[id]"), (element, order) => {
        const [time, kind, count = 1, bytes = 0, ...processes] = data.findings[order];
        const summary = element.firstElementChild;
        return {
            element, order, time, count, bytes,
            severity: summary.firstElementChild.textContent,
            rule: ruleOf(summary),
            kind: data.kinds[kind],
            state: stateOf(element, summary),
            process: processes.map(String),
        };
    });

    // What is chosen to be seen. Nothing chosen in a group: all of it. time: microseconds.
    const groups = ["severity", "state", "rule", "kind", "process"];
    const nothing = () => ({
        search: "",
        sort: "severity",
        time: null,
        ...Object.fromEntries(groups.map((group) => [group, new Set()])),
    });
    const choice = nothing();

    const watchers = [];
    let waiting = 0;
    const tell = () => {
        cancelAnimationFrame(waiting);
        waiting = 0;
        for (const watcher of watchers) watcher();
    };

    return {
        make, button, remember, recall, cards, groups, nothing, choice,
        // Calls it after each change, once for all those of a frame.
        watch: (watcher) => watchers.push(watcher),
        change: (changes) => {
            Object.assign(choice, changes);
            waiting ||= requestAnimationFrame(tell);
        },
        changeNow: (changes) => {
            Object.assign(choice, changes);
            tell();
        },
        isChosen: () => choice.search.trim() !== "" || choice.time !== null ||
            groups.some((group) => choice[group].size > 0),
    };
})();
