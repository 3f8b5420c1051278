// Put into a page before its own scripts: what there is to reach, where Tab went, and what is for the mouse alone.
(() => {
  "use strict";
  const NATIVE = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, audio[controls], video[controls], [contenteditable]";
  const ROLES = ["button", "link", "checkbox", "radio", "switch", "option", "tab", "menuitem", "slider", "treeitem"];
  const ACTING = [NATIVE, "[tabindex]", "[onclick]", ...ROLES.map((role) => `[role=${role}]`)].join();
  const PARTED = { date: 4, time: 4, month: 3, "datetime-local": 7 }; // how many parts of a field Tab visits
  const drawn = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow"];

  const mouse = new Set();
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, ...rest) {
    if (/^(click|dblclick|mouse|pointer|touch)/.test(kind) && this instanceof Element) mouse.add(this);
    return listen.call(this, kind, ...rest);
  };

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const labels = (el) => [...(el.labels ?? [])];
  const group = (el) => (el.type === "radio" && el.name ? `${[...document.forms].indexOf(el.form)} ${el.name}` : el);
  const shown = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;
  const reachable = (el) => shown(el) && !el.disabled && el.tabIndex >= 0;
  const name = (el) => {
    const words = el.ariaLabel || labels(el)[0]?.textContent || el.textContent || el.title || el.value || "";
    return `${el.localName}${el.id && "#" + el.id} “${words.trim().replace(/\s+/g, " ").slice(0, 60)}”`;
  };

  // A tick or a dot is drawn by its label: the input itself has no opacity.
  const drawer = (el) => (getComputedStyle(el).opacity === "0" && labels(el)[0] ? [labels(el)[0], "::before"] : [el]);
  const look = (el) => ((style) => drawn.map((what) => style[what]).join(" "))(getComputedStyle(...drawer(el)));
  const marked = ({ boxShadow, outlineStyle, outlineWidth }) => boxShadow !== "none" || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);

  let places, rest, log;
  function trouble(el) {
    if (!el.matches(":focus-visible")) return PARTED[el.type] ? null : "is not :focus-visible"; // a part marks itself
    if (look(el) === rest.get(el) || !marked(getComputedStyle(...drawer(el)))) return `shows no focus (${look(el)})`;
    const [at] = drawer(el);
    const box = [...at.getClientRects()].sort((a, b) => b.width * b.height - a.width * a.height)[0];
    const over = [-box.left, -box.top, box.right - innerWidth, box.bottom - innerHeight].map(Math.round);
    const fits = box.height <= innerHeight && el.localName !== "textarea"; // in a text only the caret must be seen
    if (fits && Math.max(...over) > 1) return `is outside the window by ${over}`;
    const hit = document.elementFromPoint(box.left + box.width / 2, (box.top + Math.min(box.bottom, innerHeight)) / 2);
    return [el, ...labels(el)].some((one) => one.contains(hit)) ? null : `lies beneath ${hit && name(hit)}`;
  }
  function where() {
    const el = document.activeElement;
    if (!el || el === document.body) return { at: -1, name: "nothing" };
    const at = places.get(group(el)) ?? -2;
    return { at, name: name(el), trouble: at < 0 ? "was not expected" : trouble(el) };
  }
  listen.call(window, "keydown", (event) => event.key === "Tab" && log?.push(where()), true);

  window.keyboard = {
    /** Stand before the first thing of the body, as if the page had just been opened, or of the page's own part. */
    top(place) {
      const el = document.querySelector(place);
      el.tabIndex = -1;
      el.focus();
      if (place === "body") el.removeAttribute("tabindex");
    },
    /** Note what Tab should reach, in order: [{name, steps, before the page's own part, inside an open menu}]. Nothing keeps the focus, its place stays. */
    begin() {
      document.activeElement.blur();
      const found = all(ACTING).filter(reachable);
      const chosen = new Map();
      for (const el of found) if (!chosen.has(group(el)) || el.checked) chosen.set(group(el), el);
      const stops = found.filter((el) => chosen.get(group(el)) === el);
      places = new Map(stops.map((el, place) => [group(el), place]));
      rest = new Map(found.map((el) => [el, look(el)]));
      log = [];
      const main = document.querySelector("main");
      const before = (el) => (main.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_PRECEDING) > 0;
      const inside = (el) => el.closest("details.menu[open] > :not(summary)") !== null;
      return stops.map((el) => ({ name: name(el), steps: PARTED[el.type] ?? 1, inside: inside(el), before: before(el) }));
    },
    /** Where Tab came since `begin` or the last call: [{at, name, trouble}]; `at` is -1 outside the page. */
    went() {
      const came = [...log.slice(1), where()];
      log = [];
      return came;
    },
    /** The next closed part of the page gets the focus on its summary; false when all are open. Menus are not parts. */
    closed() {
      const summary = all("details:not(.menu, [open]) > summary").find(shown);
      summary?.focus();
      return Boolean(summary);
    },
    /** The focus on the button of the menu at this place; false behind the last. */
    menu(place) {
      const summary = all("details.menu > summary").filter(shown)[place];
      summary?.focus();
      return Boolean(summary);
    },
    opened: () => document.activeElement.parentElement.open === true,
    name: () => name(document.activeElement),
    open: (id) => document.getElementById(id).contains(document.activeElement) && document.getElementById(id).matches("[open], :popover-open"),
    sticks: () => all("main *").some((el) => shown(el) && /sticky|fixed/.test(getComputedStyle(el).position)),
    /**
     * What can be clicked and not reached, what jumps the order, what scrolls for the wheel alone. A form learns from
     * clicks which button was pressed, a dialog closes beside itself; a name is drawn by hand, or typed instead.
     */
    faults() {
      const faults = [];
      for (const el of all("body *").filter(shown)) {
        const say = (what) => faults.push(`${name(el)} ${what}`);
        const acts = el.closest(`${NATIVE}, label`);
        const style = getComputedStyle(el);
        if (el.tabIndex > 0) say("jumps the order");
        if (el.matches(ACTING) && !el.disabled && el.tabIndex < 0 && !el.matches("main, [role=alert], [data-focus], .sr")) say("cannot be reached");
        if (!acts && style.cursor === "pointer") say("is for the mouse alone");
        if (!acts && mouse.has(el) && !el.matches("dialog, form, [data-pad] *")) say("listens to the mouse alone");
        if (!acts && el.matches("[hx-get], [hx-post]") && !/every|load|revealed/.test(el.getAttribute("hx-trigger"))) say("asks the server on a click");
        const more = (style.overflowX !== "visible" && el.scrollWidth > el.clientWidth + 1 && /auto|scroll/.test(style.overflowX)) || (el.scrollHeight > el.clientHeight + 1 && /auto|scroll/.test(style.overflowY));
        if (more && !acts && el.tabIndex < 0 && !el.querySelector(NATIVE)) say("scrolls and cannot be reached");
      }
      return faults;
    },
  };
})();
