// SPDX-License-Identifier: MIT
// Buttons in cards that are open: copy the finding as text, copy the line that suppresses it.
"use strict";
(() => {
    const { make, button, cards } = scardaudit;
    const status = make("p", { class: "unseen", role: "status" });
    document.body.append(status);

    // ---- as text ----
    const line = (element) => element.textContent.replace(/\s+/g, " ").trim();
    const frameLines = (list) =>
        Array.from(list.querySelectorAll("li:not(.g)"), (frame, i) => `    #${i} ${line(frame)}`);
    const stackLines = (heading) => {
        const frames = heading.nextElementSibling;
        return [`  ${line(heading)}`,
            ...(frames.tagName === "OL" ? frameLines(frames) : [`    ${line(frames)}`])];
    };
    const offerOf = (card) => card.querySelector(":scope > pre");
    const asText = (card) => [
        `${line(card.querySelector("summary > b"))}: ${line(card.querySelector("h3"))}`,
        ...Array.from(card.querySelectorAll("h4"), stackLines).flat(),
        ...Array.from(card.querySelectorAll(":scope > p"), (p) => `  ${line(p)}`),
        "",
    ].join("\n");

    // ---- to the clipboard ----
    // Where there is no clipboard for scripts, or it is refused: what is selected can be copied.
    const copySelected = (text) => {
        const focused = document.activeElement;
        const area = make("textarea", { class: "unseen", readonly: true });
        area.value = text;
        document.body.append(area);
        area.select();
        let copied = false;
        try {
            copied = document.execCommand("copy");
        } catch (_) {
            // not even that
        }
        area.remove();
        focused?.focus();
        return copied;
    };

    const copy = async (pressed, text, what) => {
        let copied = true;
        try {
            await navigator.clipboard.writeText(text);
        } catch (_) {
            copied = copySelected(text);
        }
        const name = pressed.textContent;
        const said = copied ? `Copied ${what}` : "Copying is not allowed here";
        status.textContent = said;
        pressed.dataset.name ??= name;
        pressed.textContent = said;
        clearTimeout(+pressed.dataset.timer);
        pressed.dataset.timer = setTimeout(() => {
            pressed.textContent = pressed.dataset.name;
            status.textContent = "";
        }, 2000);
    };

    const equip = (card) => {
        if (!card.open || card.querySelector(":scope > .copy")) return;
        const offer = offerOf(card);
        const buttons = make("div", { class: "row copy" }, button("Copy as text", (event) =>
            copy(event.currentTarget, asText(card), "as text")));
        if (offer)
            buttons.append(button("Copy suppression", (event) =>
                copy(event.currentTarget, `${offer.textContent.trim()}\n`, "suppression")));
        card.append(buttons);
    };

    const elements = new Set(cards.map((card) => card.element));
    document.addEventListener("toggle", (event) => {
        if (elements.has(event.target)) equip(event.target);
    }, true);
    document.querySelectorAll("details[id][open]").forEach(equip);
})();
