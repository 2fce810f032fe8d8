// SPDX-License-Identifier: MIT
// Whoever reads it, wherever: accessible, narrow, enlarged, on paper, without scripts. Screenshots
// are kept, for people to look at.
import { execFileSync } from "node:child_process";
import { ok, open, same, shotOf, shown, suite, violations } from "./browser.mjs";

const test = suite("looks");

for (const colorScheme of ["light", "dark"])
    await test(`${colorScheme}: axe finds no violation, with all open and in use`, async () => {
        const page = await open("story", { colorScheme });
        await page.screenshot({ path: shotOf(`${colorScheme}.png`), fullPage: true });
        // cards of each kind open, filters chosen, a range, an enlarged part
        await page.evaluate(() => {
            for (const details of document.querySelectorAll("details")) details.open = true;
        });
        await page.locator("fieldset").first().getByRole("button").first().click();
        await page.getByRole("slider", { name: "From" }).focus();
        await page.keyboard.press("PageUp");
        await page.locator("#flame > svg").first().click();
        await shown(page);
        await page.screenshot({ path: shotOf(`${colorScheme}-in-use.png`), fullPage: true });
        same(await violations(page), []);
        await page.getByRole("button", { name: "Keys" }).click();
        await page.screenshot({ path: shotOf(`${colorScheme}-help.png`) });
        same(await violations(page), []);
    });

await test("axe finds nothing in a page as it opens, nor where nothing was found", async () => {
    for (const name of ["leaky", "clean"]) same(await violations(await open(name)), []);
});

// Nothing stands out of the window; what is wider scrolls in a box of its own.
const fits = (page) => page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    return Array.from(document.body.querySelectorAll("*")).filter((element) => {
        if (element.closest(".skip, .unseen, .d, .x, .defs, pre") || !element.checkVisibility()) return false;
        const { right, width } = element.getBoundingClientRect();
        return width > 0 && right > innerWidth + 1;
    }).map((element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`);
});

await test("a narrow window: 360 pixels", async () => {
    for (const name of ["story", "hostile"]) {
        const page = await open(name, { viewport: { width: 360, height: 640 } });
        await page.screenshot({ path: shotOf(`${name}-narrow.png`), fullPage: true });
        same(await fits(page), []);
        same(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    }
});

await test("a narrow window: times stand apart, sliders beside their names", async () => {
    const page = await open("story", { viewport: { width: 360, height: 640 } });
    const times = await page.locator("#lanes > .axis > text").evaluateAll((list) => list.map((text) => {
        const { left, right } = text.getBoundingClientRect();
        return { left, right };
    }));
    for (const [i, { left }] of times.entries()) ok(i === 0 || left > times[i - 1].right, `time ${i}`);
    same(await page.locator(".brush label").evaluateAll((labels) => labels.map((label) => {
        const slider = document.getElementById(label.htmlFor).getBoundingClientRect();
        const { top, bottom } = label.getBoundingClientRect();
        return slider.top < bottom && slider.bottom > top;
    })), [true, true]);
});

await test("only what scrolls has a frame of its own", async () => {
    const page = await open("story");
    const [words, numbers] = [page.locator("p.x"), page.locator("dl > .x")];
    ok(await words.count() > 0 && await numbers.count() > 0, "there are such");
    for (const plain of [words, numbers])
        same(await plain.evaluateAll((list) =>
            list.filter((each) => getComputedStyle(each).borderTopWidth !== "0px").length), 0);
});

await test("enlarged to 200 %", async () => {
    // as a browser does it: half the room, twice the pixels
    const page = await open("story", { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
    await page.screenshot({ path: shotOf("200-percent.png"), fullPage: true });
    same(await fits(page), []);
    // only the letters
    const letters = await open("story");
    await letters.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    same(await fits(letters), []);
});

const textOfPaper = async (page, name) => {
    await page.pdf({ path: shotOf(`${name}.pdf`), format: "A4", printBackground: true });
    return execFileSync("pdftotext", [shotOf(`${name}.pdf`), "-"], { encoding: "utf8" }).replace(/\s+/g, " ");
};

await test("on paper: what is closed is there, controls are not", async () => {
    for (const javaScriptEnabled of [true, false]) {
        const page = await open("story", { javaScriptEnabled, colorScheme: "dark" });
        const text = await textOfPaper(page, javaScriptEnabled ? "print" : "print-no-script");
        const places = await page.locator("details[id] > pre").allTextContents();
        for (const place of places)
            ok(text.replace(/ /g, "").includes(place.replace(/\s/g, "")), `on paper: ${place}`);
        ok(/runtime frames? #/.test(text), "folded frames are");
        for (const control of ["Search", "Sort by", "Copy as text", "Theme", "Show all", "Whole time"])
            ok(!text.includes(control), control);
        if (javaScriptEnabled)
            same(await page.locator("details[id][open]").count(), 1, "closed again");
    }
    const dark = await open("story", { colorScheme: "dark" });
    await dark.emulateMedia({ media: "print", colorScheme: "dark" });
    same(await dark.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    ok(await dark.locator("nav").isHidden(), "nothing leads anywhere on paper");
    same(await dark.evaluate(() => getComputedStyle(
        document.querySelector("#f1 > summary"), "::after").content), "none", "what is open is not marked as that");
    execFileSync("pdftoppm", ["-r", "60", "-png", shotOf("print.pdf"), shotOf("print")]);
});

await test("without scripts all is there, and no control that does nothing", async () => {
    const page = await open("story", { javaScriptEnabled: false });
    const plain = await page.locator("main").textContent();
    for (const control of ["button", "input", "select", "#controls", "#tools"])
        same(await page.locator(`${control}:visible`).count(), 0, control);
    same(await page.locator("details[id]:visible").count(), await page.locator("details[id]").count());
    await page.locator("#f2 > summary").click();
    ok(await page.locator("#f2 h4").first().isVisible(), "cards open");
    await page.screenshot({ path: shotOf("no-script.png"), fullPage: true });
    // and with scripts nothing is taken away
    const other = await open("story");
    const sections = (each) => each.locator("main > section").evaluateAll((list) =>
        list.map((section) => section.querySelector("h2").textContent));
    same(await sections(other), await other.locator("main > section > h2").allTextContents());
    for (const heading of await other.locator("main > section > h2").allTextContents())
        ok(plain.includes(heading), heading);
    for (const sentence of await shown(other)) ok(plain.includes(sentence), sentence);
});
