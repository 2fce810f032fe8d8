// SPDX-License-Identifier: MIT
// The picture in the README, of the page that scripts/demo writes: from the verdict to what was held.
//
//     node tests/browser/picture.mjs "$(scripts/setup npm)" build doc
import { finish, open, shotOf } from "./browser.mjs";

const width = 1000;
const page = await open("demo", { viewport: { width, height: 900 }, colorScheme: "light" });
const { y } = await page.locator("#resources").boundingBox();
await page.screenshot({
    path: shotOf("html-report.png"), fullPage: true, clip: { x: 0, y: 0, width, height: y },
});
await finish();
