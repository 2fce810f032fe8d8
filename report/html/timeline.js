// SPDX-License-Identifier: MIT
// A range of time, chosen with the mouse in the timeline or with two sliders below it: resources
// that did not live then are dimmed, and findings of other times are hidden.
"use strict";
(() => {
    const { make, button, choice, change, watch } = scardaudit;
    const drawing = document.getElementById("lanes");
    if (!drawing || !(drawing.dataset.span > 0)) return;
    const begin = drawing.dataset.begin / 1000;
    const span = drawing.dataset.span / 1000;
    const WIDTH = 98; // of the drawing, in percent; the rest is for arrows
    const STEPS = 1000;
    const number = (element, name) => parseFloat(element.getAttribute(name));

    // ---- what lived when: functions of two parts of the whole ----
    const bars = Array.from(drawing.querySelectorAll(":scope > [class^=k]:is(g)"), (element) => {
        const rect = element.querySelector("rect");
        const from = number(rect, "x") / WIDTH;
        const to = from + number(rect, "width") / WIDTH;
        return { element, lives: (first, last) => from <= last && to >= first };
    });
    const rows = document.querySelectorAll("#lives > tr");
    // Steps of a curve, 0 at the top: "V" is the height of what follows, "H" where that ends.
    const bands = Array.from(drawing.querySelectorAll(":scope > svg"), (element) => {
        const parts = [];
        let end = 0;
        let height = 100;
        const path = element.querySelector("path").getAttribute("d");
        for (const [, step, value] of path.matchAll(/([HV])([\d.]+)/g))
            if (step === "V") {
                height = +value;
            } else {
                if (height < 100) parts.push([end, +value]);
                end = +value;
            }
        return {
            element,
            lives: (first, last) => parts.some(([a, b]) => a / end <= last && b / end >= first),
        };
    });

    // ---- the range in the drawing ----
    const veil = () => {
        const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        rect.classList.add("veil");
        rect.setAttribute("y", 18); // below the times
        rect.setAttribute("height", "100%");
        return rect;
    };
    const before = veil();
    const after = veil();

    const partAt = (event) => {
        const box = drawing.getBoundingClientRect();
        const part = (event.clientX - box.left) / (box.width * WIDTH / 100);
        return Math.min(1, Math.max(0, part));
    };
    const timeOf = (part) => Math.round(begin + part * span);
    const partOf = (time) => Math.min(1, Math.max(0, (time - begin) / span));

    let pressed = null;
    drawing.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        pressed = { x: event.clientX, part: partAt(event) };
        drawing.setPointerCapture(event.pointerId);
        event.preventDefault();
    });
    drawing.addEventListener("pointermove", (event) => {
        if (!pressed || Math.abs(event.clientX - pressed.x) < 4) return;
        const ends = [pressed.part, partAt(event)].sort((a, b) => a - b);
        change({ time: ends.map(timeOf) });
    });
    drawing.addEventListener("pointerup", (event) => {
        if (pressed && Math.abs(event.clientX - pressed.x) < 4) change({ time: null });
        pressed = null;
    });
    drawing.addEventListener("pointercancel", () => (pressed = null));

    // ---- sliders ----
    const slide = (moved) => {
        const values = [+from.value, +to.value];
        if (values[0] > values[1]) values.fill(+moved.value);
        const all = values[0] === 0 && values[1] === STEPS;
        change({ time: all ? null : values.map((value) => timeOf(value / STEPS)) });
    };
    const makeSlider = (id) => {
        const slider = make("input", { id, type: "range", min: 0, max: STEPS, step: 5 });
        slider.addEventListener("input", () => slide(slider));
        return slider;
    };
    const from = makeSlider("from");
    const to = makeSlider("to");
    const said = make("output", { for: "from to" });
    const clear = button("Whole time", () => {
        change({ time: null });
        from.focus();
    });

    const seconds = (time) => `${(time / 1e6).toFixed(6)} s`;
    watch(() => {
        const [first, last] = choice.time ? choice.time.map(partOf) : [0, 1];
        before.setAttribute("width", `${first * WIDTH}%`);
        after.setAttribute("x", `${last * WIDTH}%`);
        after.setAttribute("width", choice.time ? `${100 - last * WIDTH}%` : 0);
        let living = 0;
        for (const [i, { element, lives }] of [...bars, ...bands].entries()) {
            const on = !choice.time || lives(first, last);
            element.classList.toggle("off", !on);
            if (rows[i]) rows[i].hidden = !on;
            living += on;
        }
        for (const [slider, part] of [[from, first], [to, last]]) {
            slider.value = Math.round(part * STEPS);
            slider.setAttribute("aria-valuetext", seconds(timeOf(part)));
        }
        said.textContent = choice.time ? choice.time.map(seconds).join(" to ") +
            (bars.length ? `: ${living} of ${bars.length} resources` : "") : "";
        clear.hidden = !choice.time;
    });

    drawing.append(before, after, ...drawing.querySelectorAll(":scope > text"));
    drawing.parentElement.after(make("div", { class: "row brush" },
        make("span", {}, make("label", { for: "from" }, "From"), from),
        make("span", {}, make("label", { for: "to" }, "To"), to),
        said, clear));
})();
