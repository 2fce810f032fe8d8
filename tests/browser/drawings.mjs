// SPDX-License-Identifier: MIT
// The timeline and the flame graph.
import { count, ok, open, same, settle, shown, suite } from "./browser.mjs";

const test = suite("drawings");

const drag = async (page, from, to) => {
    const drawing = page.locator("#lanes");
    await drawing.scrollIntoViewIfNeeded();
    const box = await drawing.boundingBox();
    const x = (part) => box.x + box.width * 0.98 * part;
    await page.mouse.move(x(from), box.y + 8);
    await page.mouse.down();
    await page.mouse.move(x((from + to) / 2), box.y + 8);
    await page.mouse.move(x(to), box.y + 8);
    await page.mouse.up();
    await settle(page);
};

// What the page itself says of a resource: from and until when, in seconds
const rows = (page) => page.locator("#lives > tr").evaluateAll((list) => list.map((row) => ({
    from: parseFloat(row.cells[2].textContent),
    to: parseFloat(row.cells[3].textContent) || Infinity,
    shown: !row.hidden,
})));

await test("a range chosen with the mouse: resources, rows and findings of that time", async () => {
    const page = await open("lives");
    const all = await shown(page);
    const { begin, span } = await page.locator("#lanes").evaluate((drawing) =>
        ({ begin: drawing.dataset.begin / 1e9, span: drawing.dataset.span / 1e9 }));
    await drag(page, 0.25, 0.5);
    const [from, to] = [begin + span * 0.25, begin + span * 0.5];
    const edge = span * 0.01; // a pixel is not a moment
    const list = await rows(page);
    const dimmed = await page.locator("#lanes > g[class^=k]").evaluateAll((bars) =>
        bars.map((bar) => bar.classList.contains("off")));
    same(dimmed.length, list.length);
    for (const [i, row] of list.entries()) {
        if (row.from < to - edge && row.to > from + edge) ok(row.shown && !dimmed[i], `row ${i}`);
        if (row.from > to + edge || row.to < from - edge) ok(!row.shown && dimmed[i], `row ${i}`);
    }
    const living = list.filter((row) => row.shown).length;
    ok(living > 0 && living < list.length, `${living} of ${list.length}`);
    ok((await page.locator(".brush output").textContent()).endsWith(`${living} of ${list.length} resources`));
    const some = await shown(page);
    ok(some.length > 0 && some.length < all.length, `${some.length} of ${all.length} findings`);
    ok(/#\?time=\d+-\d+$/.test(await page.evaluate(() => location.hash)));
    await page.getByRole("button", { name: "Whole time" }).click();
    same(await shown(page), all);
    same(await page.locator("#lanes > .off").count(), 0);
    same(await page.evaluate(() => location.hash), "");
});

await test("a range chosen with the keyboard; a click in the drawing ends it", async () => {
    const page = await open("lives");
    const all = await shown(page);
    const to = page.getByRole("slider", { name: "To" });
    await to.focus();
    await page.keyboard.press("Home");
    await settle(page);
    same(await page.getByRole("slider", { name: "From" }).inputValue(), "0");
    for (let i = 0; i < 4; i++) await page.keyboard.press("PageUp");
    const few = await shown(page);
    ok(few.length > 0 && few.length < all.length, `${few.length} of ${all.length} findings`);
    ok(/^\d+\.\d{6} s$/.test(await to.getAttribute("aria-valuetext")));
    // the other end does not pass it
    await page.getByRole("slider", { name: "From" }).focus();
    await page.keyboard.press("End");
    await settle(page);
    ok(Number(await to.inputValue()) >= Number(await page.getByRole("slider", { name: "From" }).inputValue()));
    await page.locator("#lanes").click({ position: { x: 100, y: 8 } });
    same(await shown(page), all);
});

await test("of many resources, bands: findings of the range, what did not live then is dimmed", async () => {
    const page = await open("halves");
    const all = await page.locator("details[id]").count();
    same(await page.locator("#lanes > g[class^=k]").count(), 0);
    const bands = await page.locator("#lanes > svg").count();
    ok(bands > 0);
    await drag(page, 0.1, 0.3);
    const found = Number((await count(page)).split(" of ")[0]);
    ok(found > 0.17 * all && found < 0.23 * all, `${found} of ${all} findings`);
    same(await page.locator("#lanes > svg.off").count(), 1);
    await drag(page, 0.6, 0.9);
    same(await page.locator("#lanes > svg.off").count(), 0);
});

await test("flame graph: what is focused is told, arrows move, Enter enlarges, Esc ends it", async () => {
    const page = await open("story");
    const graph = page.locator("#flame");
    const said = page.locator("#held > .row > span");
    const first = graph.locator("> svg").first();
    const title = (node) => node.locator("title").textContent();
    await first.focus();
    ok((await said.textContent()).startsWith(await title(first)));
    const widthOf = async (node) => parseFloat(await node.getAttribute("width"));
    const whole = await widthOf(first);
    await page.keyboard.press("ArrowDown");
    const child = graph.locator("> svg:focus");
    const name = await title(child);
    ok((await said.textContent()).startsWith(name));
    same(Number(await child.getAttribute("y")), 20);
    await page.keyboard.press("Enter");
    same(await child.getAttribute("width"), "100%");
    same(await child.getAttribute("aria-pressed"), "true");
    same(await graph.locator("> svg:visible").evaluateAll((nodes) =>
        nodes.filter((node) => parseFloat(node.getAttribute("x")) + parseFloat(node.getAttribute("width")) > 100.02).length), 0);
    await page.keyboard.press("ArrowUp");
    same(await title(graph.locator("> svg:focus")), await title(first));
    await page.keyboard.press("Escape");
    same(await widthOf(first), whole);
    same(await graph.locator("> svg:visible").count(), await graph.locator("> svg").count());
    await page.keyboard.press("ArrowRight");
    ok(await title(graph.locator("> svg:focus")) !== await title(first));
    await page.keyboard.press("ArrowLeft");
    same(await title(graph.locator("> svg:focus")), await title(first));
});

await test("flame graph: the mouse does the same", async () => {
    const page = await open("story");
    const said = page.locator("#held > .row > span");
    const idle = await said.textContent();
    const node = page.locator("#flame > svg").last();
    await node.hover();
    ok((await said.textContent()).startsWith(await node.locator("title").textContent()));
    await node.click();
    same(await node.getAttribute("width"), "100%");
    await page.getByRole("button", { name: "Show all" }).click();
    ok(await node.getAttribute("width") !== "100%");
    await page.locator("h1").click();
    await page.mouse.move(1, 1);
    same(await said.textContent(), idle);
});
