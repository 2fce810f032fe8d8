// SPDX-License-Identifier: MIT
// What was chosen stands in the address.
import { ok, open, same, settle, shown, suite, urlOf } from "./browser.mjs";

const test = suite("address");
const hashOf = async (page) => {
    await settle(page);
    return page.evaluate(() => location.hash);
};

await test("search, filters, order and time come back with the address", async () => {
    const page = await open("story");
    const all = await shown(page);
    await page.getByRole("searchbox").fill("card & <b>");
    await page.getByRole("searchbox").fill("card");
    await page.locator("fieldset").filter({ hasText: /^severity/ }).getByRole("button", { name: /^error/ }).click();
    await page.getByLabel("Sort by").selectOption("place");
    const chosen = await shown(page);
    ok(chosen.length > 0 && chosen.length < all.length);
    const hash = await hashOf(page);
    same(hash, "#?search=card&severity=error&sort=place");
    const again = await open("story", { hash });
    same(await shown(again), chosen);
    same(await again.getByRole("searchbox").inputValue(), "card");
    same(await again.getByLabel("Sort by").inputValue(), "place");
    same(await hashOf(again), hash);
    await again.getByRole("button", { name: "Clear filters" }).click();
    await again.getByLabel("Sort by").selectOption("worst first");
    same(await shown(again), all);
    same(await hashOf(again), "");
});

await test("a changed address is followed at once", async () => {
    const page = await open("story");
    await page.evaluate(() => new Promise((done) => {
        addEventListener("hashchange", done, { once: true });
        location.hash = "#?rule=handle-leak";
    }));
    await shown(page);
    const rules = await page.locator("details[id]:visible > p > a").allTextContents();
    ok(rules.length > 0);
    ok(rules.includes("handle-leak") && !rules.includes("double-release"), rules.join(" "));
});

await test("hostile addresses do nothing", async () => {
    const page = await open("story", { hash: "#?severity=__proto__&time=9-1&sort=constructor&%E0%A4%A" });
    const all = await shown(page);
    same(all.length, await page.locator("details[id]").count());
    for (const hash of [
        "#?%E0%A4%A", "#?severity=__proto__,constructor", "#?sort=__proto__",
        "#?sort=constructor", "#?time=9-1", "#?time=-1-1e9", "#?time=NaN-NaN", "#?groups=x&watch=1",
        "#?process=<img%20src=x%20onerror=alert(1)>", "#%00", "#?", "#?rule=" + "a,".repeat(20000),
        "#\"><script>alert(1)</script>", "#data", "#lanes", "#__proto__",
    ]) {
        await page.evaluate((to) => { location.hash = to; }, hash);
        same(await shown(page), all, hash);
        same(await page.locator("img").count(), 0);
    }
    await page.goto(urlOf("story", "#?search=%"));
    same(await page.getByRole("searchbox").inputValue(), "%");
    await page.goto(urlOf("story", "#?search=" + encodeURIComponent("<img src=x onerror=alert(1)>")));
    same(await shown(page), []);
    same(await page.getByRole("searchbox").inputValue(), "<img src=x onerror=alert(1)>");
    same(await page.locator("img").count(), 0);
});

await test("a link to a card opens it, also where a filter hides it", async () => {
    const page = await open("story", { hash: "#f2" });
    ok(await page.locator("#f2").evaluate((card) => card.open));
    await page.getByRole("searchbox").fill("nowhere");
    same(await shown(page), []);
    await page.goto(urlOf("story", "#f3"));
    ok(await page.locator("#f3").evaluate((card) => card.open && card.checkVisibility()));
    ok(await page.locator("#f3").evaluate((card) => {
        const { top } = card.getBoundingClientRect();
        return top >= 0 && top < innerHeight;
    }), "it is on the screen");
});
