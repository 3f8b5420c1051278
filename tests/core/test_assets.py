"""The look as files: budgets, contrast, no inline style or script, the gallery complete, the design system gathered."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

import firstbell
from firstbell.core import assets
from firstbell.core.ui.samples import gallery_context

PACKAGE = Path(firstbell.__file__).parent
STATIC = PACKAGE / "core/static/core"
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
COTTON = PACKAGE / "core/templates/cotton"
COMPONENTS = {path.stem.replace("_", "-") for path in COTTON.glob("*.html")}
SHEETS = [STATIC / "firstbell.css", STATIC / "dark.css"]


def relative(path):
    return str(path.relative_to(PACKAGE))


def source(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "kilobytes"), [("firstbell.css", 25), ("dark.css", 1), ("firstbell.js", 8), ("sign.js", 2)]
)
def test_our_files_stay_small(name, kilobytes):
    assert (STATIC / name).stat().st_size <= kilobytes * 1024


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.name)
def test_sheets_are_self_contained_and_know_no_left_or_right(sheet):
    css = re.sub(r"/\*.*?\*/", "", source(sheet), flags=re.S)
    assert re.findall(r"url\(|@import|https?:", css) == []
    assert re.findall(r"[{;]\s*((?:[\w-]+-)?(?:left|right)(?:-[\w-]+)?)\s*:", css) == []
    assert re.findall(r"(?:text-align|float|clear)\s*:\s*(?:left|right)", css) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_hold_no_inline_style_or_script(path):
    html = source(path)
    assert re.findall(r"\sstyle\s*=|<style\b|\son[a-z]+\s*=|\shx-on|javascript:", html) == []
    assert re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>", html) == []
    assert len(html.splitlines()) < 120


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_templates_compile_and_use_only_what_there_is(path):
    html = source(path)
    assert get_template(path.as_posix().split("/templates/")[1])
    assert set(re.findall(r"<c-(?!vars|slot)([\w-]+)", html)) <= COMPONENTS
    assert {c for c in re.findall(r"\busa-[\w-]*\w(?![\w-]*\{)", html) if not c.endswith("-")} <= {
        *assets.CLASSES,
        "usa-button--quiet",
    }
    assert set(re.findall(r'(?:<c-icon name|\bicon)="(\w+)"', html)) <= set(assets.ICONS)


def test_every_component_is_in_the_gallery():
    shown = "".join(
        source(p)
        for p in [*PACKAGE.glob("core/templates/core/gallery/*.html"), *PACKAGE.glob("core/templates/core/*.html")]
    )
    assert {name for name in COMPONENTS if not re.search(rf"<c-{name}[\s/>]", shown)} == set()


def gallery():
    request = RequestFactory().get("/ui/")
    return render_to_string("core/gallery.html", {**gallery_context(), "request": request})


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.targets, self.tags = Counter(), set(), Counter()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags[tag] += 1
        self.ids.update(filter(None, [given.get("id")]))
        for name in ("for", "aria-labelledby", "aria-controls", "aria-describedby"):
            self.targets.update((given.get(name) or "").split())


def test_the_gallery_renders_every_component_with_sound_references():
    html = gallery()
    read = Reader()
    read.feed(html)
    assert re.findall(r"<c-[\w-]+|\{\{|\{%", html) == []
    assert "Confidential student record" in html
    assert [name for name, times in read.ids.items() if times > 1] == []
    assert read.targets - set(read.ids) == set()
    assert read.tags["h1"] == 2  # the page's own, and the one inside the sample identity bar


def test_values_are_escaped_in_every_component_that_shows_one():
    hostile = "<img src=x>"
    told = {
        "facts": [(hostile, hostile)],
        "tabs": [{"label": hostile, "url": hostile}],
        "bars": [{"label": hostile, "count": 1}],
        "rows": [[hostile] * 4],
    }
    html = render_to_string("core/gallery.html", gallery_context() | told)
    assert hostile not in html
    assert html.count("&lt;img src=x&gt;") >= 10


# Contrast, WCAG 2.2 1.4.3: relative luminance of sRGB.
def luminance(colour):
    full = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def tokens(sheet):
    block = re.search(r":root\{(.*?)\}", source(sheet), flags=re.S).group(1)
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", block))


PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "link") for ground in ("paper", "ground", "hover")),
    *((tone, f"{tone}-bg") for tone in ("severe", "moderate", "risk", "ok", "info", "sealed", "excused")),
    *((tone, "paper") for tone in ("severe", "moderate", "risk", "ok", "info", "sealed")),
    *(("ink", ground) for ground in ("note-bg", "info-bg", "ok-bg", "severe-bg")),
    *(("link", ground) for ground in ("note-bg", "info-bg", "ok-bg", "severe-bg")),
    *(("on-s", fill) for fill in ("s1", "go", "s3", "s4", "ink-3", "sealed")),
    ("on-go", "go"),
    ("on-go", "go-hover"),
    ("on-severe", "severe"),
    ("on-brand-2", "brand"),
    ("on-brand-2", "brand-well"),
    ("ink-3", "present-bg"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_stands_out_in_both_themes(pair, theme):
    colours = tokens(SHEETS[0]) | (tokens(SHEETS[1]) if theme == "dark" else {})
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


# The design system.


def test_the_lock_names_no_registry_and_pins_the_release():
    lock = json.loads((PACKAGE.parent / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((PACKAGE.parent / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert wanted == {"@uswds/uswds": lock["packages"]["node_modules/@uswds/uswds"]["version"]}
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


SHEET = (
    '@charset "UTF-8";/*! uswds */@keyframes x{0%{top:0}to{top:1px}}html{color:red}'
    ".usa-button,.usa-banner{color:blue;font-family:Source Sans Pro Web,Arial}.usa-banner .usa-button{top:1px}"
    ".usa-radio__input:not(.usa-checkbox,.usa-radio)::before{background:url(../img/usa-icons/info.svg)}"
    "@media print{.usa-alert{border:0}.usa-banner{top:0}}@media all{.usa-banner{top:0}}"
    "@font-face{src:url(../fonts/a.woff2)}"
)


def test_only_rules_about_our_pieces_are_kept():
    sheet, images = assets.cut_sheet(SHEET)
    assert sheet == (
        "@layer uswds{.usa-button{color:blue;}"
        ".usa-radio__input:not(.usa-checkbox,.usa-radio)::before{background:url(info.svg)}"
        "@media print{.usa-alert{border:0}}}\n"
    )
    assert images == ["usa-icons/info.svg"]


@pytest.mark.parametrize(
    ("head", "parts"),
    [(".a,.b", [".a", ".b"]), (".a:not(.b,.c),.d", [".a:not(.b,.c)", ".d"]), ("[x='1,2'],.a", ["[x='1,2']", ".a"])],
)
def test_selectors_split_at_their_own_commas(head, parts):
    assert assets.split_selectors(head) == parts


@pytest.fixture
def checkout(tmp_path):
    """A folder with a small stand-in for the npm package."""
    package = tmp_path / assets.PACKAGE
    symbols = "".join(
        f'<symbol id="{name}" viewBox="0 0 24 24"><path/></symbol>' for name in [*assets.ICONS, "bathtub"]
    )
    files = {
        "package.json": '{"version": "3.14.0"}',
        "LICENSE.md": "public domain",
        "dist/css/uswds.min.css": SHEET,
        "dist/img/usa-icons/info.svg": "<svg/>",
        "dist/img/sprite.svg": f"<svg>{symbols}</svg>",
        **{f"dist/fonts/public-sans/PublicSans-{name}.woff2": "font" for name in assets.WEIGHTS},
    }
    for name, text in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_gathering_copies_what_pages_need_and_nothing_else(checkout):
    into = checkout / "vendor"
    assert assets.gather(checkout, into) is True
    assert {p.name for p in into.iterdir()} == {
        "uswds.css",
        "sprite.svg",
        "info.svg",
        "digest.txt",
        "LICENSE.md",
        "PublicSans-Regular.woff2",
        "PublicSans-SemiBold.woff2",
    }
    assert "bathtub" not in (into / "sprite.svg").read_text()
    assert (into / "uswds.css").read_text().startswith('@font-face{font-family:"Public Sans";font-weight:400')


def test_gathering_again_changes_nothing_until_the_release_does(checkout):
    into = checkout / "vendor"
    assets.gather(checkout, into)
    (into / "stray.txt").write_text("left over")
    assert assets.gather(checkout, into) is False
    assert (into / "stray.txt").exists()
    (checkout / assets.PACKAGE / "package.json").write_text('{"version": "3.15.0"}')
    assert assets.gather(checkout, into) is True
    assert not (into / "stray.txt").exists()


def test_a_gathering_cut_short_is_done_again(checkout):
    (checkout / assets.PACKAGE / "dist/img/sprite.svg").write_text("<svg></svg>")
    with pytest.raises(assets.GatherError, match="no icon named add"):
        assets.gather(checkout, checkout / "vendor")
    assert not (checkout / "vendor/digest.txt").exists()


def test_a_missing_package_says_what_to_run(tmp_path):
    with pytest.raises(assets.GatherError, match="npm ci"):
        assets.gather(tmp_path, tmp_path / "vendor")


def test_npm_is_the_machines_own_or_the_python_package_or_a_clear_message(monkeypatch):
    monkeypatch.setattr(assets.shutil, "which", lambda name: "/opt/npm")
    assert assets.npm() == ["/opt/npm"]
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    monkeypatch.setattr(assets, "find_spec", lambda name: object())
    assert assets.npm()[0] == assets.sys.executable
    monkeypatch.setattr(assets, "find_spec", lambda name: None)
    with pytest.raises(assets.GatherError, match=r"Install Node\.js"):
        assets.npm()


def test_a_failed_download_is_told_in_plain_words(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(
        assets, "npm", lambda: [assets.sys.executable, "-c", "import sys; sys.exit('no route to host')"]
    )
    assert assets.main() == 1
    assert "npm ci` failed" in (told := capsys.readouterr().err)
    assert "no route to host" in told


def test_the_command_gathers_and_says_so(monkeypatch, checkout, capsys):
    monkeypatch.setattr(assets, "ROOT", checkout)
    monkeypatch.setattr(assets, "VENDOR", checkout / "vendor")
    assert (assets.main(), assets.main()) == (0, 0)
    assert capsys.readouterr().out.splitlines() == [
        "Design system gathered: vendor",
        "Design system already gathered: vendor",
    ]
