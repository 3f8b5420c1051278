"""The keyboard and nothing else: a page walked by Tab from end to end, and a thing reached and pressed.

What a page should let one reach, and how each thing looked when Tab came to it, is noted by keyboard.js inside the
page; Tab is held down here, so that a page of two hundred links takes a second.
"""

from pathlib import Path

SCRIPT = Path(__file__).with_name("keyboard.js")
OUT = (-1, 0)
"""Behind the last thing: outside the page, or the browser has begun again at the first."""


def tab(page, times: int = 1, *, back: bool = False) -> None:
    """Hold Tab, or Shift and Tab, for so many steps."""
    if back:
        page.keyboard.down("Shift")
    for _ in range(times):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    if back:
        page.keyboard.up("Shift")


AWAY = """
(target) => {
  const at = document.activeElement;
  if (target === at) return 0;
  const forth = Boolean(at.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
  const [first, last] = forth ? [at, target] : [target, at];
  const lies = (el) => first.compareDocumentPosition(el) & 4 && last.compareDocumentPosition(el) & 2;
  const stops = "a[href], button, select, summary, textarea, input:not([type=radio], [type=hidden])";
  const between = [...document.querySelectorAll(stops)].filter((el) => lies(el) && el.checkVisibility());
  return (between.length + 1) * (forth ? 1 : -1);
}
"""
"""How many steps of Tab an element is away at least, back below zero; radio buttons and parts of dates not counted."""


def to(page, target, most: int = 60) -> None:
    """Tab until this has the focus, forward or back, whichever way it lies."""
    handle = target.element_handle()
    for turn in range(most):
        if not (away := handle.evaluate(AWAY)):
            return
        tab(page, 1 if turn else abs(away), back=away < 0)
    raise AssertionError(f"Tab does not come to {target}")


def press(page, target, key: str = "Enter", *, leads: bool = False) -> None:
    """Tab to it and press it; `leads` when another page comes of it."""
    to(page, target)
    if leads:
        with page.expect_navigation():
            page.keyboard.press(key)
    else:
        page.keyboard.press(key)


def into_main(page) -> None:
    """Past the navigation of a page just opened, as everyone goes who uses a keyboard all day."""
    tab(page)
    assert page.evaluate("document.activeElement.hash") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def walk(page, frames: set[tuple[str, ...]]) -> list[str]:
    """What is wrong with this page for somebody who has only a keyboard.

    What comes before the page's own part, and the search, are the frame: `frames` are those that were walked before.
    """
    faults = page.evaluate("keyboard.faults()") + _start(page) + _parts(page)
    stops = page.evaluate("keyboard.begin()")
    frame = tuple(stop["name"] for stop in stops if stop["before"])
    known = len(frame) if frame in frames else 0
    frames.add(frame)
    page.evaluate("keyboard.top(%s)" % ("'main'" if known else "'body'"))
    whole = sum(stop["steps"] for stop in stops[known:])
    came = _through(page, whole)
    order = [one["at"] for one in came]
    if order[:-1] != list(range(known, len(stops))) or order[-1] not in OUT:
        faults.append(_astray(came, stops, known))
    if not known or page.evaluate("keyboard.sticks()"):  # what sticks hides things on the way back
        tab(page, whole, back=True)
        came += page.evaluate("keyboard.went()")
    faults += [f"{one['name']} {one['trouble']}" for one in came if one.get("trouble")]
    return faults + _menus(page, range(1 if known else 0, 2)) + ([] if known else _palette(page))


def _start(page) -> list[str]:
    """The first Tab comes to the skip link, and the skip link leads into the page's own part."""
    page.evaluate("keyboard.top('body')")
    page.evaluate("keyboard.begin()")
    tab(page)
    first = page.evaluate("keyboard.went()")[-1]
    if first["trouble"] or page.evaluate("document.activeElement.hash") != "#main":
        return [f"the first Tab comes to {first}"]
    page.keyboard.press("Enter")
    there = page.evaluate("keyboard.name()")
    return [] if there.startswith("main#main") else [f"the skip link leads to {there}"]


def _parts(page) -> list[str]:
    """Every closed part opens by Enter; the first also closes and opens by Space."""
    tried = 0
    while page.evaluate("keyboard.closed()"):
        for key, opens in (("Enter", True), *((("Space", False), ("Space", True)) if not tried else ())):
            page.keyboard.press(key)
            if page.evaluate("keyboard.opened()") is not opens:
                return [f"{page.evaluate('keyboard.name()')}: {key} does not {'open' if opens else 'close'} it"]
        tried += 1
    return []


def _through(page, steps: int) -> list[dict]:
    """Where Tab came, a field of several parts once, and where it came out."""
    came = []
    for more in (steps + 1, 1, 1, 1):
        tab(page, more)
        came += page.evaluate("keyboard.went()")
        if came[-1]["at"] in OUT:
            break
    kept = [came[0]]
    for one in came[1:]:
        if one["at"] != kept[-1]["at"]:
            kept.append(one)
    return kept


def _astray(came: list[dict], stops: list[dict], known: int) -> str:
    expected = [*stops[known:], {"name": "the end"}]
    for place, (one, stop) in enumerate(zip(came, expected, strict=False), known):
        if one["at"] != place:
            return f"step {place + 1} of Tab comes to {one['name']}, not to {stop['name']}"
    return f"{len(expected) - 1} things to reach, {len(came) - 1} reached"


def _menus(page, places: range) -> list[str]:
    """The menu of the frame and the page's own first: opened, gone through and left; opened again and closed."""
    faults = []
    for place in places:
        if not page.evaluate(f"keyboard.menu({place})"):
            break
        name = page.evaluate("keyboard.name()")
        page.keyboard.press("Enter")
        inside = sum(stop["steps"] for stop in page.evaluate("keyboard.begin()") if stop["inside"])
        if not inside:
            faults.append(f"{name}: Enter does not open it")
        tab(page, inside + 1)
        faults += [f"{one['name']} {one['trouble']}" for one in page.evaluate("keyboard.went()") if one.get("trouble")]
        page.evaluate(f"keyboard.menu({place})")
        if not page.evaluate("keyboard.opened()"):
            page.keyboard.press("Space")
        tab(page)
        page.keyboard.press("Escape")
        if page.evaluate("keyboard.name()") != name or page.evaluate("keyboard.opened()"):
            faults.append(f"{name}: Escape does not close it and come back")
    return faults


def _palette(page) -> list[str]:
    """Ctrl K opens the search from wherever one is, Escape closes it and puts one back there."""
    if not page.locator("#palette").count():
        return []
    page.evaluate("keyboard.top('main')")
    before = page.evaluate("keyboard.name()")
    page.keyboard.press("Control+K")
    opened = page.evaluate("keyboard.open('palette')")
    page.keyboard.press("Escape")
    page.evaluate("new Promise((done) => setTimeout(done, 100))")  # what listens to its closing is called later
    after = page.evaluate("keyboard.name()")
    return [] if opened and after == before else [f"search: open {opened}, then from {before} to {after}"]
