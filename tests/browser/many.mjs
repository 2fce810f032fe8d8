// SPDX-License-Identifier: MIT
// 10,000 findings: small enough, and quick enough to be used. Times are said, not judged.
import { statSync } from "node:fs";
import { ok, open, pathOf, same, say, shown, suite } from "./browser.mjs";

const test = suite("many");
const MANY = 10000;

// Until the browser has drawn what follows from an input
const timed = (page, selector, type, value) => page.evaluate(([selector, type, value]) =>
    new Promise((done) => {
        const start = performance.now();
        const input = document.querySelector(selector);
        input.value = value;
        input.dispatchEvent(new Event(type));
        requestAnimationFrame(() => setTimeout(() =>
            done([Math.round(performance.now() - start), document.getElementById("count").textContent])));
    }), [selector, type, value]);

await test("10,000 findings: less than 5 MB, opened, searched, sorted", async () => {
    const { size } = statSync(pathOf("many"));
    ok(size < 5e6, `${size} bytes`);
    const page = await open("many");
    const [painted, opened] = await page.evaluate(() => [
        performance.getEntriesByName("first-contentful-paint")[0].startTime,
        performance.getEntriesByType("navigation")[0].loadEventEnd,
    ].map(Math.round));
    const cards = await page.locator("details[id]").count();
    ok(cards >= MANY, `${cards} cards`);
    // the first search has to read all of them
    const [none, nothing] = await timed(page, "#search", "input", "no such thing");
    same(nothing, "No finding matches");
    const [all, everything] = await timed(page, "#search", "input", "");
    same(everything, `${cards} findings`);
    const [one, single] = await timed(page, "#search", "input", "app+0x100010");
    same(single, `1 of ${cards} findings`);
    same((await shown(page)).length, 1);
    same(await page.locator(".batch:visible").count(), 1);
    await timed(page, "#search", "input", "");
    same(await page.locator(".batch:visible").count(), await page.locator(".batch").count());
    const first = (await shown(page)).slice(0, 250);
    const [sorted] = await timed(page, "#sort", "change", "time");
    const times = await page.evaluate(() => Array.from(document.querySelectorAll(".batch h4"),
        (heading) => Number(/ at ([\d.]+) s/.exec(heading.textContent)[1])));
    ok(times.length >= MANY && times.every((time, i) => i === 0 || time >= times[i - 1]), "by time");
    await timed(page, "#sort", "change", "severity");
    same((await shown(page)).slice(0, 250), first, "as before");
    say(`${cards} findings, ${(size / 1e6).toFixed(2)} MB: shown after ${painted} ms, all there after ` +
        `${opened} ms, first search ` +
        `${none} ms, all again ${all} ms, another search ${one} ms, sorted ${sorted} ms`);
});
