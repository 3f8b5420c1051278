// Firstbell's own script: nothing here is needed to do the work, except the search palette, whose link goes to a page.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const remember = (name, value) => {
    document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
  };
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // Search palette: a listbox steered from its input.
  const palette = one("#palette");
  const results = one("#palette-results");
  const query = palette && one("input", palette);
  const options = () => all("[role=option]", results);
  const chosen = () => one("[aria-selected=true]", results);
  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    query.setAttribute("aria-activedescendant", option?.id ?? "");
  }
  function openPalette(event) {
    if (!palette?.showModal) return;
    event.preventDefault();
    if (!palette.open) palette.showModal();
    query.select();
  }
  palette?.addEventListener("htmx:afterSwap", () => {
    options().forEach((option, i) => {
      option.id ||= `palette-option-${i}`;
      option.tabIndex = -1;
    });
    choose(options()[0]);
  });
  query?.addEventListener("keydown", (event) => {
    const list = options();
    const at = list.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(list.at((at + (event.key === "ArrowDown" ? 1 : -1)) % list.length));
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  });
  palette?.addEventListener("click", (event) => event.target === palette && palette.close());

  // Queue: j and k walk the rows, or turn the script's page, only for those who turned single keys on.
  function walk(step) {
    const turn = one(`[data-walk="${step}"]`);
    if (turn) return turn.click();
    const rows = all("[data-queue] tbody tr").filter((row) => one("a", row));
    const at = rows.findIndex((row) => row.classList.contains("is-here"));
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    rows[at]?.classList.remove("is-here");
    next?.classList.add("is-here");
    next && one("a", next).focus();
  }

  const sheet = one("#sheet");
  const does = {
    theme() {
      const sheet = one("#dark");
      const dark = matchMedia(sheet.media).matches;
      sheet.media = dark ? "not all" : "screen";
      remember("theme", dark ? "light" : "dark");
    },
    sheet: () => sheet?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return openPalette(event);
    if (event.key === "Escape") {
      const open = all("details.menu[open]").pop();
      if (open) {
        open.open = false;
        one("summary", open).focus();
      }
    }
    if (root.dataset.shortcuts !== "on" || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") walk(1);
    if (event.key === "k") walk(-1);
    if (event.key === "?") does.sheet();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-opens=palette]");
    if (link && !event.ctrlKey && !event.metaKey) openPalette(event);
    const doer = event.target.closest("button[data-does]");
    doer?.closest("details")?.firstElementChild.focus(); // the menu closes over its own button
    does[doer?.dataset.does]?.();
    all("details.menu[open]").forEach((menu) => (doer || !menu.contains(event.target)) && (menu.open = false));
    if (event.target.closest("button[data-prints]")) print();
  });
  // What was opened closes once the focus has left it: it would hide what has the focus now.
  document.addEventListener("focusin", ({ target }) => {
    all("details.menu[open]").forEach((menu) => menu.contains(target) || (menu.open = false));
    all("[popover]").forEach((sheet) => sheet.contains(target) || sheet.hidePopover?.());
  });

  // A form is sent once; coming back to the page makes it ready again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    all("button:not([type=button])", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  addEventListener("pageshow", () =>
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      delete form.dataset.kept;
      all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
    }),
  );

  // What must not be lost is sent again until it is on record: the form carries its own key, so twice is once.
  async function keep(form) {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (answer.status >= 500) throw answer;
      removeEventListener("beforeunload", ask);
      return answer.type === "opaqueredirect" ? location.assign(form.dataset.keeps) : form.submit();
    } catch {
      one("#unsaved").hidden = false;
      addEventListener("beforeunload", ask);
      setTimeout(() => keep(form), 4000);
    }
  }
  const ask = (event) => event.preventDefault();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.keeps === undefined || !form.dataset.sent || form.dataset.kept) return;
    event.preventDefault();
    form.dataset.kept = "yes";
    keep(form);
  });

  // Words are kept as a draft while they are written, and on leaving; what was sent is no draft any more.
  const written = (form) => new URLSearchParams(new FormData(form)).toString();
  all("form[data-drafts]").forEach((form) => {
    let kept = written(form);
    const drafts = (send) => {
      const now = written(form);
      if (now === kept || form.dataset.sent) return;
      kept = now;
      send(form.dataset.drafts, new FormData(form));
    };
    const post = async (url, body) => {
      const answer = await fetch(url, { method: "POST", body, redirect: "manual" }).catch(() => ({}));
      if (answer.status === 204) one("output", form).textContent = "Draft kept";
      else if (answer.type !== "opaqueredirect") kept = "";
    };
    setInterval(() => drafts(post), 5000);
    addEventListener("pagehide", () => drafts((url, body) => navigator.sendBeacon(url, body)));
  });

  all("button[data-does], button[data-prints]").forEach((button) => (button.hidden = false));
  const keys = one("input[data-does=keys]");
  if (keys) {
    keys.checked = root.dataset.shortcuts === "on";
    keys.addEventListener("change", () => {
      root.dataset.shortcuts = keys.checked ? "on" : "off";
      remember("shortcuts", root.dataset.shortcuts);
    });
  }
  // Time that runs: the server says how much has passed, the page goes on from there.
  all("[data-runs]").forEach((runs) => {
    const from = performance.now() - runs.dataset.runs * 1000;
    setInterval(() => {
      const passed = Math.floor((performance.now() - from) / 1000);
      runs.textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
    }, 1000);
  });
  one("[data-focus]")?.focus();
})();
