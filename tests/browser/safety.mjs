// SPDX-License-Identifier: MIT
// Names are foreign, and the page can do nothing but show itself.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { count, ok, open, pathOf, problemsOf, same, settle, shown, suite } from "./browser.mjs";

const test = suite("safety");
const scriptsOf = (name) => readFileSync(pathOf(name), "utf8").match(/<script>/g).length;

await test("hostile names are text, also where scripts show them", async () => {
    const page = await open("hostile");
    const markup = "<script>alert('1')";
    same(await page.locator("script:not([type])").count(), scriptsOf("hostile"));
    same(await page.locator("main").locator("script, img, iframe, object, form").count(), 0);
    await page.getByRole("searchbox").fill(markup);
    ok((await shown(page)).some((sentence) => sentence.includes(markup)), "it is found");
    ok((await page.evaluate(() => decodeURIComponent(location.hash).replaceAll("+", " "))).includes(markup));
    await page.getByRole("searchbox").fill("");
    for (const order of await page.getByLabel("Sort by").locator("option").allTextContents())
        await page.getByLabel("Sort by").selectOption(order);
    for (const node of await page.locator("#flame > svg").all()) {
        await node.dispatchEvent("pointerover");
        const said = await page.locator("#held > .row > span").textContent();
        ok(said.startsWith(await node.locator("title").textContent()), said);
    }
    same(await page.locator("main").locator("script, img, iframe, object, form").count(), 0);
    same(await count(page), `${await page.locator("details[id]").count()} findings`);
});

// What the policy must stop, in a page in which it got in: as many complaints as lines
const injected = [
    "<script>window.done = 1</script>",
    "<svg onload='window.done = 2'></svg>",
    "<a id=go href='javascript:window.done=3'>x</a>",
    "<script src='data:text/javascript,window.done=4'></script>",
    "<iframe srcdoc='<script>parent.done = 5</script>'></iframe>",
    "<style>body { opacity: 0 }</style>",
    "<p style='position: fixed'>x</p>",
    "<img src='https://example.invalid/x.png'>",
    "<base href='https://example.invalid/'>",
];

await test("the policy stops what is not the page's own", async () => {
    const source = readFileSync(pathOf("clean"), "utf8");
    writeFileSync(pathOf("injected"), source.replace("<main>", () => `<main>${injected.join("\n")}`));
    const page = await open("injected");
    await page.locator("#go").click();
    await settle(page);
    same(await page.evaluate(() => [window.done, getComputedStyle(document.body).opacity,
        document.baseURI.startsWith("file:"), document.images[0].naturalWidth]), [undefined, "1", true, 0]);
    const said = problemsOf(page);
    ok(said.length >= injected.length && said.every((each) => /Content Security Policy/.test(each)),
        said.join("\n"));
});

await test("scripts cannot fetch, send, or evaluate text", async () => {
    const page = await open("clean");
    const results = await page.evaluate(async () => {
        const tried = (action) => {
            try {
                action();
                return "done";
            } catch (_) {
                return "stopped";
            }
        };
        return [
            await fetch("https://example.invalid/").then(() => "done", () => "stopped"),
            await fetch("data:text/plain,x").then(() => "done", () => "stopped"),
            tried(() => new WebSocket("wss://example.invalid/").close()) && "tried",
            tried(() => new Worker("data:text/javascript,1")) && "tried",
        ];
    });
    same(results, ["stopped", "stopped", "tried", "tried"]);
    const element = await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "window.done = 1";
        document.body.append(script);
        document.body.setAttribute("onclick", "window.done = 1");
        document.body.click();
        return window.done;
    });
    same(element, undefined);
    const said = problemsOf(page);
    ok(said.length >= 5 && said.every((each) => /Content Security Policy/.test(each)), said.join("\n"));
});

await test("a page that was cut off still opens", async () => {
    const source = readFileSync(pathOf("story"), "utf8");
    writeFileSync(pathOf("cut"), source.slice(0, source.indexOf("<script type=application/json")));
    const page = await open("cut");
    ok(await page.locator("#verdict").isVisible());
    ok(await page.locator("#controls").isHidden());
    copyFileSync(pathOf("story"), pathOf("moved here & there #1"));
    await open("moved here & there #1");
});
