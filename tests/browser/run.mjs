// SPDX-License-Identifier: MIT
// run.mjs PACKAGES PAGES OUT: all tests, in one browser, as TAP. PACKAGES is npm's folder, PAGES has
// the reports that html-browser.bats makes, screenshots go to OUT.
import { finish } from "./browser.mjs";

for (const name of ["choose", "address", "keys", "tools", "drawings", "looks", "safety", "many"])
    await import(`./${name}.mjs`);
await finish();
