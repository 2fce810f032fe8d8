// SPDX-License-Identifier: MIT
// One browser for all tests, and what they share. A page is opened from its file, in a context of its
// own; whatever it says on the console, and whatever it asks the network for, fails the test.
import { createRequire } from "node:module";
import { deepStrictEqual, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const PATIENCE = 10000; // milliseconds until something that does not come is missing
const [packages, pages, out] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    // Root has no sandbox; what is opened is ours.
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});

export const pathOf = (name) => `${pages}/${name}.html`;
export const urlOf = (name, hash = "") => pathToFileURL(pathOf(name)).href + hash;
export const shotOf = (name) => `${out}/${name}`;
export const same = deepStrictEqual;
export { ok };

// ---- pages ----

let opened = [];

const watch = (page, problems) => {
    page.on("console", (message) => problems.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(`error: ${error.stack}`));
    page.on("dialog", (dialog) => {
        problems.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    // What the policy stopped says so on the console.
    for (const event of ["requestfinished", "requestfailed"])
        page.on(event, (request) => {
            if (request.failure()?.errorText === "csp") return;
            if (!request.isNavigationRequest() || !request.url().startsWith("file:"))
                problems.push(`request: ${request.url()} ${request.failure()?.errorText}`);
        });
};

const make = async (options, init) => {
    const context = await browser.newContext({
        viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    if (init) await page.addInitScript(init);
    const problems = [];
    watch(page, problems);
    return { context, page, problems };
};

// A page costs much more to make than to lead elsewhere: one serves all who want nothing special.
let common = null;

// open("story", {hash, init: a function to be run first in the page, ...options of the context}).
// Without init and options the page opened before is the same one, and gone.
export const open = async (name, { hash, init, ...options } = {}) => {
    const plain = !init && Object.keys(options).length === 0;
    const each = plain ? (common ??= await make({})) : await make(options, init);
    if (!opened.includes(each)) opened.push(each);
    if (plain) await each.page.goto("about:blank");
    await each.page.goto(urlOf(name, hash));
    return each.page;
};

const leave = async (each, failed) => {
    if (each !== common) return each.context.close();
    if (failed) {
        common = null;
        return each.context.close();
    }
    await each.page.evaluate(() => localStorage.clear());
    await each.page.mouse.move(0, 0);
};

// Scripts answer in the next frame.
export const settle = (page) => page.evaluate(() =>
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

// The sentences of the cards that are shown, from top to bottom
export const shown = async (page) => {
    await settle(page);
    return page.evaluate(() => Array.from(document.querySelectorAll("details[id]"))
        .filter((card) => card.checkVisibility())
        .map((card) => card.querySelector("h3").textContent));
};

export const count = (page) => page.locator("#count").textContent();

export const focused = (page) => page.evaluate(() =>
    document.activeElement.closest("details[id]")?.id ?? document.activeElement.id);

export const violations = async (page) => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
};

// What a page has said, or asked the network for: for a test that expects it
export const problemsOf = (page) =>
    opened.find((each) => each.page === page).problems.splice(0);

// ---- tests ----

let number = 0;

export const say = (text) => console.log(`# ${text}`);

const tooLong = () => new Promise((_, reject) =>
    setTimeout(() => reject(new Error("no end of it")), 6 * PATIENCE).unref());

// One line for each: "ok 1 choose: search finds words". Whatever a page said fails it.
export const suite = (file) => async (name, body) => {
    opened = [];
    let failure = null;
    const problems = () => opened.flatMap((each) => each.problems);
    try {
        await Promise.race([body(), tooLong()]);
        if (problems().length) failure = problems().join("\n");
    } catch (error) {
        failure = [error.stack, ...problems()].join("\n");
    }
    for (const each of opened) await leave(each, failure !== null);
    console.log(`${failure ? "not ok" : "ok"} ${++number} ${file}: ${name}`);
    if (failure) console.log(failure.replace(/^/gm, "# "));
};

export const finish = async () => {
    console.log(`1..${number}`);
    await browser.close();
};
