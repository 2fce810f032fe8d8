// SPDX-License-Identifier: MIT
// The keyboard.
import { focused, ok, open, same, settle, shown, suite } from "./browser.mjs";

const test = suite("keys");
const isOpen = (page, id) => page.locator(`#${id}`).evaluate((card) => card.open);

await test("j and k go to the next and previous finding, Enter opens, Esc closes", async () => {
    const page = await open("story");
    await page.keyboard.press("j");
    same(await focused(page), "f1");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    same(await focused(page), "f3");
    await page.keyboard.press("k");
    same(await focused(page), "f2");
    ok(!(await isOpen(page, "f2")));
    await page.keyboard.press("Enter");
    ok(await isOpen(page, "f2"));
    await page.keyboard.press("Escape");
    ok(!(await isOpen(page, "f2")));
    same(await focused(page), "f2");
    for (let i = 0; i < 3; i++) await page.keyboard.press("k");
    same(await focused(page), "f1");
});

await test("j and k skip what is filtered, and follow the order", async () => {
    const page = await open("story");
    await page.getByLabel("Sort by").selectOption("rule");
    await page.locator("fieldset").filter({ hasText: /^rule/ }).getByRole("button", { name: /^handle-leak/ }).click();
    const sentences = await shown(page);
    const walked = [];
    await page.locator("h1").click();
    for (const {} of sentences) {
        await page.keyboard.press("j");
        walked.push(await page.evaluate(() => document.activeElement.querySelector("h3").textContent));
    }
    same(walked, sentences);
});

await test("/ searches, Esc clears the search, then the filters", async () => {
    const page = await open("story");
    const all = await shown(page);
    await page.keyboard.press("/");
    same(await focused(page), "search");
    await page.keyboard.type("j/k?");
    same(await page.getByRole("searchbox").inputValue(), "j/k?");
    same(await shown(page), []);
    await page.keyboard.press("Escape");
    same(await page.getByRole("searchbox").inputValue(), "");
    same(await shown(page), all);
    const chip = page.locator("fieldset").filter({ hasText: /^severity/ }).getByRole("button").last();
    await chip.click();
    ok((await shown(page)).length < all.length);
    await page.keyboard.press("Escape");
    same(await shown(page), all);
});

await test("? shows the keys, Esc closes them; focus comes back", async () => {
    const page = await open("story");
    const help = page.getByRole("dialog", { name: "Keys" });
    await page.keyboard.press("j");
    await page.keyboard.press("?");
    ok(await help.isVisible());
    for (const key of ["/", "j", "k", "Enter", "Esc", "?"])
        ok(await help.getByText(key, { exact: true }).isVisible(), key);
    await page.keyboard.press("j");
    await page.keyboard.press("Escape");
    ok(await help.isHidden());
    same(await focused(page), "f1");
    await page.getByRole("button", { name: "Keys" }).click();
    await help.getByRole("button", { name: "Close" }).click();
    ok(await help.isHidden());
});

await test("keys of one character can be switched off, and stay so; with Ctrl they are the browser's", async () => {
    const page = await open("story");
    await page.keyboard.press("Control+j");
    same(await focused(page), "");
    await page.getByRole("button", { name: "Keys" }).click();
    await page.getByLabel("Use keys of one character").uncheck();
    await page.getByRole("button", { name: "Close" }).click();
    await page.locator("h1").click();
    await page.keyboard.press("j");
    same(await focused(page), "");
    await page.reload();
    await page.keyboard.press("/");
    same(await focused(page), "");
});

await test("everything can be reached with Tab, and is seen to have focus", async () => {
    const page = await open("leaky");
    const seen = new Set();
    const unseen = [];
    for (let i = 0; i < 200; i++) {
        await page.keyboard.press("Tab");
        const { name, marked } = await page.evaluate(() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            const rect = element.closest("#flame > svg") && getComputedStyle(element.querySelector("rect"));
            return {
                name: element === document.body ? "" : element.id || element.tagName,
                marked: style.outlineStyle !== "none" || (rect && parseFloat(rect.strokeWidth) > 2),
            };
        });
        if (!name) break;
        seen.add(name);
        if (!marked) unseen.push(name);
    }
    same(unseen, []);
    for (const name of ["theme", "search", "sort", "BUTTON", "SUMMARY", "A", "from", "to", "svg"])
        ok(seen.has(name), `${name} in ${[...seen].join(" ")}`);
    await settle(page);
});
