// SPDX-License-Identifier: MIT
// Search, filters, order: which cards are shown.
import { count, ok, open, same, shown, suite } from "./browser.mjs";

const test = suite("choose");
const search = (page) => page.getByRole("searchbox", { name: "Search" });

await test("search finds words, all of them, wherever they stand in a card", async () => {
    const page = await open("story");
    const all = await shown(page);
    same(await count(page), `${all.length} findings`);
    await search(page).fill("CONNECT_card");
    const found = await shown(page);
    ok(found.length > 0 && found.length < all.length, "some are found");
    ok(found.some((sentence) => sentence.includes("connect_card")), "the one in question is");
    same(await count(page), `${found.length} of ${all.length} findings`);
    // a file of a stack in a card that is closed
    await search(page).fill("  error-path-leak.c   context ");
    ok((await shown(page)).length > 0, "files are found");
    await search(page).fill("connect_card nowhere");
    same(await shown(page), []);
    same(await count(page), "No finding matches");
    await page.getByRole("button", { name: "Clear filters" }).click();
    same(await shown(page), all);
    same(await search(page).inputValue(), "");
});

await test("the count is told to those who do not see it", async () => {
    const page = await open("story");
    const status = page.getByRole("status").and(page.locator("#count"));
    await search(page).fill("no such thing");
    await shown(page);
    same(await status.textContent(), "No finding matches");
});

await test("chips filter by severity, rule, kind, state and process, and say how many", async () => {
    const page = await open("story");
    const all = await shown(page);
    same(await page.locator("#controls legend").allTextContents(),
        ["severity", "state", "rule", "kind", "process"]);
    for (const group of await page.locator("fieldset").all()) {
        const numbers = [];
        for (const each of await group.getByRole("button").all()) {
            const number = Number(await each.locator("span").textContent());
            numbers.push(number);
            await each.evaluate((chip) => chip.click());
            same((await shown(page)).length, number, await each.textContent());
            same(await each.getAttribute("aria-pressed"), "true");
            await each.evaluate((chip) => chip.click());
            await shown(page);
            same(await each.getAttribute("aria-pressed"), "false");
        }
        ok(numbers.length > 1 && numbers.reduce((a, b) => a + b) >= all.length, "all have a chip");
    }
    same(await shown(page), all);
});

await test("where all findings are alike there is no empty box of filters", async () => {
    const page = await open("lives");
    ok(await page.locator("#search").isVisible(), "search");
    ok(await page.locator("#controls > details").isHidden(), "filters");
});

await test("several chips of a group are one or the other, of two groups both", async () => {
    const page = await open("story");
    const rules = page.locator("fieldset").filter({ hasText: /^rule/ });
    const leaks = rules.getByRole("button", { name: /^handle-leak / });
    const contexts = rules.getByRole("button", { name: /^context-leak / });
    const one = Number(await leaks.locator("span").textContent());
    const other = Number(await contexts.locator("span").textContent());
    await leaks.click();
    await contexts.click();
    same((await shown(page)).length, one + other);
    // the numbers of the other groups are those of what is left
    const kinds = page.locator("fieldset").filter({ hasText: /^kind/ });
    same(Number(await kinds.getByRole("button", { name: /^card-handle / }).locator("span").textContent()), one);
    await kinds.getByRole("button", { name: /^card-handle / }).click();
    same((await shown(page)).length, one);
});

await test("states: new, known and suppressed ones in their sections", async () => {
    const page = await open("story");
    const states = page.locator("fieldset").filter({ hasText: /^state/ });
    for (const state of ["known", "suppressed"]) {
        const each = states.getByRole("button", { name: new RegExp(`^${state} `) });
        await each.click();
        same((await shown(page)).length, await page.locator(`#${state} > details[id]`).count());
        await each.click();
    }
});

await test("order: by count, rule, place, time, and back to the worst first", async () => {
    const page = await open("story");
    const known = page.locator("#known > details[id]");
    const sort = async (value) => {
        await page.getByLabel("Sort by").selectOption(value);
        return shown(page);
    };
    const worst = await shown(page);
    await sort("most often");
    const sorted = await known.evaluateAll((cards) => cards.map((card) =>
        Number(card.querySelector("summary > small").textContent.match(/^×(\d+)/)?.[1] ?? 1)));
    same(sorted, [...sorted].sort((a, b) => b - a));
    ok(sorted[0] > 1, "one happened more than once");
    await sort("rule");
    const rules = await known.evaluateAll((cards) =>
        cards.map((card) => card.querySelector("p > a").textContent));
    same(rules, [...rules].sort());
    await sort("place");
    const places = await known.evaluateAll((cards) =>
        cards.map((card) => (card.querySelector("ol > .o i") ?? card.querySelector("ol > li:not(.g) i")).textContent));
    same(places, [...places].sort(new Intl.Collator("en", { numeric: true }).compare));
    await sort("time");
    const times = await known.evaluateAll((cards) => cards.map((card) =>
        JSON.parse(document.getElementById("data").textContent).findings[card.id.slice(1) - 1][0]));
    same(times, [...times].sort((a, b) => a - b));
    same((await shown(page)).length, worst.length);
    same(await sort("worst first"), worst);
    // what follows the cards of a section stays there
    ok(await page.locator("#suppressed > :last-child").evaluate((last) => last.matches(".t")));
});

await test("a page with one finding or none has no controls, and no error", async () => {
    const page = await open("clean");
    ok(await page.locator("#controls").isHidden());
    same(await page.getByRole("heading", { level: 2 }).first().textContent(), "Passed");
});
