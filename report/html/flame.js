// SPDX-License-Identifier: MIT
// The flame graph: what is below the mouse or focused is told, a click makes it as wide as the
// drawing, arrow keys go from one to the next.
"use strict";
(() => {
    const { make, button } = scardaudit;
    const drawing = document.getElementById("flame");
    if (!drawing) return;
    const number = (element, name) => parseFloat(element.getAttribute(name));
    const nodes = Array.from(drawing.querySelectorAll(":scope > svg"), (element) => ({
        element,
        x: number(element, "x"),
        width: number(element, "width"),
        level: number(element, "y") / 20,
        title: element.querySelector("title").textContent,
    }));
    const byElement = new Map(nodes.map((node) => [node.element, node]));
    const nodeOf = (event) => byElement.get(event.target.closest("#flame > svg"));
    const EDGE = 0.015; // positions are rounded to two digits

    const idle = "Point at a part, or use the arrow keys; click it, or press Enter, to enlarge it.";
    const said = make("span", {}, idle);
    const tell = (node) => {
        said.textContent = node ? `${node.title}, ${node.width.toFixed(1)} % of all` : idle;
    };

    let enlarged = null;
    const enlarge = (node) => {
        enlarged = node;
        const { x, width } = node ?? { x: 0, width: 100 };
        for (const each of nodes) {
            const left = Math.max(0, (100 * (each.x - x)) / width);
            const right = Math.min(100, (100 * (each.x + each.width - x)) / width);
            each.element.toggleAttribute("hidden",
                each.x + each.width < x + EDGE || each.x > x + width - EDGE);
            each.element.setAttribute("x", `${left}%`);
            each.element.setAttribute("width", `${Math.max(0, right - left)}%`);
            each.element.setAttribute("aria-pressed", each === node);
        }
        all.hidden = !node;
    };
    const all = button("Show all", () => {
        enlarge(null);
        current.element.focus();
    }, { hidden: true });

    let current = nodes[0];
    const go = (node) => {
        if (!node) return;
        current.element.setAttribute("tabindex", -1);
        current = node;
        current.element.setAttribute("tabindex", 0);
        current.element.focus();
    };

    const shown = (node) => !node.element.hasAttribute("hidden");
    const isIn = (inner, outer) =>
        inner.x >= outer.x - EDGE && inner.x + inner.width <= outer.x + outer.width + EDGE;
    const besides = (level) => nodes.filter((node) => node.level === level && shown(node))
        .sort((a, b) => a.x - b.x);
    const next = (way) => {
        const row = besides(current.level);
        return row[row.indexOf(current) + way];
    };
    const moves = {
        ArrowUp: () => besides(current.level - 1).find((node) => isIn(current, node)),
        ArrowDown: () => besides(current.level + 1).find((node) => isIn(node, current)),
        ArrowLeft: () => next(-1),
        ArrowRight: () => next(1),
    };

    drawing.addEventListener("pointerover", (event) => tell(nodeOf(event)));
    drawing.addEventListener("pointerleave", () => tell(null));
    drawing.addEventListener("focusin", (event) => tell(nodeOf(event)));
    drawing.addEventListener("focusout", () => tell(null));
    drawing.addEventListener("click", (event) => {
        const node = nodeOf(event);
        if (!node) return;
        go(node);
        enlarge(node === enlarged ? null : node);
    });
    drawing.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || !nodeOf(event)) return;
        if (Object.hasOwn(moves, event.key)) go(moves[event.key]());
        else if (event.key === "Enter" || event.key === " ")
            enlarge(current === enlarged ? null : current);
        else if (event.key === "Escape" && enlarged) enlarge(null);
        else return;
        event.preventDefault();
    });

    drawing.setAttribute("role", "group");
    for (const { element } of nodes) {
        element.setAttribute("role", "button");
        element.setAttribute("tabindex", element === current.element ? 0 : -1);
        element.setAttribute("aria-pressed", false);
    }
    drawing.parentElement.removeAttribute("tabindex");
    drawing.parentElement.after(make("p", { class: "row" }, said, all));
})();
