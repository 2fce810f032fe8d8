// SPDX-License-Identifier: MIT
// Theme, and copying.
import { ok, open, same, suite } from "./browser.mjs";

const test = suite("tools");
const back = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const LIGHT = "rgb(246, 247, 249)";
const DARK = "rgb(18, 22, 28)";

await test("the theme is the system's until it is chosen, and is kept", async () => {
    const page = await open("story", { colorScheme: "dark" });
    const theme = page.getByLabel("Theme");
    same(await back(page), DARK);
    await theme.selectOption("light");
    same(await back(page), LIGHT);
    await page.reload();
    same(await back(page), LIGHT);
    same(await theme.inputValue(), "light");
    await page.emulateMedia({ colorScheme: "light" });
    await theme.selectOption("dark");
    same(await back(page), DARK);
    await theme.selectOption("auto");
    same(await back(page), LIGHT);
    await page.reload();
    same(await theme.inputValue(), "auto");
});

await test("a chosen theme is there before anything is painted", async () => {
    const page = await open("story", {
        init: () => {
            localStorage.setItem("scardaudit-theme", "dark");
            // at the first moment that there is a body
            new MutationObserver((_, observer) => {
                if (!document.body) return;
                window.first = getComputedStyle(document.body).backgroundColor;
                observer.disconnect();
            }).observe(document, { childList: true, subtree: true });
        },
    });
    same(await page.evaluate(() => window.first), DARK);
});

await test("without storage all works, and nothing is kept", async () => {
    const page = await open("story", {
        init: () => Object.defineProperty(window, "localStorage", {
            get() { throw new DOMException("no", "SecurityError"); },
        }),
    });
    await page.getByLabel("Theme").selectOption("dark");
    same(await back(page), DARK);
    await page.getByRole("button", { name: "Keys" }).click();
    await page.getByLabel("Use keys of one character").uncheck();
});

const pasted = async (page) => {
    await page.evaluate(() => {
        const area = document.createElement("textarea");
        area.id = "pasted";
        document.body.append(area);
        area.focus();
    });
    await page.keyboard.press("Control+v");
    const text = await page.locator("#pasted").inputValue();
    await page.locator("#pasted").evaluate((area) => area.remove());
    return text;
};

const copies = async (page) => {
    const card = page.locator("details[id]").filter({ hasText: "connect_card" }).first();
    if (!(await card.evaluate((element) => element.open))) await card.locator("> summary").click();
    await card.getByRole("button", { name: "Copy suppression" }).click();
    await card.getByRole("button", { name: "Copied suppression" }).waitFor();
    const offer = await pasted(page);
    same(offer, `${await card.locator("> pre").textContent()}\n`);
    await card.getByRole("button", { name: "Copy as text" }).click();
    await card.getByRole("button", { name: "Copied as text" }).waitFor();
    ok(await page.getByRole("status").getByText("Copied as text").count(), "it is told");
    const text = await pasted(page);
    const lines = text.split("\n");
    same(lines[0], `${await card.locator("summary > b").textContent()}: ${await card.locator("h3").textContent()}`);
    ok(/^ {2}acquired by SCardConnect, thread 1 \(leaky\), at \d+\.\d{6} s$/.test(lines[1]), lines[1]);
    ok(/^ {4}#0 connect_card .*leaky\.c:\d+$/.test(lines[2]), lines[2]);
    ok(lines.some((line) => /^ {4}#\d+ .*libc_start/.test(line)), "folded frames are there, too");
    ok(text.includes("handle-leak"), text);
};

await test("copy as text, copy suppression", async () => {
    await copies(await open("leaky", { permissions: ["clipboard-read", "clipboard-write"] }));
});

await test("the same without a clipboard for scripts, and where it is refused", async () => {
    await copies(await open("leaky", {
        init: () => Object.defineProperty(navigator, "clipboard", { value: undefined }),
    }));
    await copies(await open("leaky", {
        init: () => {
            navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
        },
    }));
});

await test("where copying is impossible, it is told", async () => {
    const page = await open("leaky", {
        init: () => {
            Object.defineProperty(navigator, "clipboard", { value: undefined });
            document.execCommand = () => false;
        },
    });
    await page.getByRole("button", { name: "Copy suppression" }).first().click();
    await page.getByRole("button", { name: "Copying is not allowed here" }).waitFor();
});
