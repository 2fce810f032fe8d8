// SPDX-License-Identifier: MIT
// The theme that the reader chose before, set before anything is shown. Storage may be forbidden.
(() => {
    "use strict";
    try {
        const theme = localStorage.getItem("scardaudit-theme");
        if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    } catch (_) {
        // as the system has it
    }
})();
