"""Tests about the code base itself: what the house promises and no single package's tests can see."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "firstbell"

PUBLIC = {
    "home", "account_login", "account_logout", "core:persona",  # reached before anyone has signed in
    "desk:feed",  # calendar programs cannot sign in: its address is the secret, and no student is in it
}  # fmt: skip
UNSCOPED = {
    ("core/views.py", "User"),  # the persona chooser, which exists only in a practice district
    ("imports/views.py", "Run"),  # a run is the district's; its permission is not given by school
}
DJANGOS_OWN = {"groups", "user_permissions"}  # many-to-many fields of AbstractUser that nothing here uses
LONGEST = 500
LISTS = {"LICENSE", "package-lock.json"}  # long by nature, as are the locks and what makemigrations writes
KNOWN_HOSTS = {"www.w3.org", "www.apache.org", "localhost", "127.0.0.1", "testserver"}


def written() -> list[Path]:
    """Every text file that is, or is about to be, part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / line for line in listed.stdout.splitlines()]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()]


def said(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# -- the one door ------------------------------------------------------------------------------------------------------


def routes(patterns: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(name with its namespace, pattern) of every address."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern
        else:
            yield from routes(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def test_every_route_goes_through_the_door_or_is_listed_as_public():
    found = dict(routes(get_resolver().url_patterns))
    assert found
    assert [name for name, at in found.items() if name not in PUBLIC and not hasattr(at.callback, "permission")] == []


def test_every_public_route_is_still_there():
    assert PUBLIC - {"core:persona"} <= set(dict(routes(get_resolver().url_patterns)))


def past_the_scope(source: str) -> list[tuple[int, str]]:
    """(line, model) wherever `source` reads a model's rows without asking `visible_to` first."""
    nodes = list(ast.walk(ast.parse(source)))
    scoped = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr == "visible_to"}
    found = []
    for node in nodes:
        match node:
            case ast.Attribute(value=model, attr="objects" | "_default_manager" | "_base_manager"):
                if id(node) not in scoped:
                    found.append((node.lineno, ast.unparse(model)))
            case ast.Call(func=shortcut, args=[ast.Name(id=name), *_]) if name[0].isupper():
                if ast.unparse(shortcut).endswith(("get_object_or_404", "get_list_or_404")):
                    found.append((node.lineno, name))
    return found


@pytest.mark.parametrize(
    ("source", "models"),
    [
        ("Student.objects.visible_to(request.scope).filter(pk=1)", []),
        ("get_object_or_404(Student.objects.visible_to(scope), pk=1)", []),
        ("shown = queries.today(request.scope)", []),
        ("Student.objects.filter(pk=1)", ["Student"]),
        ("Student.objects.all().visible_to(scope)", ["Student"]),
        ("rows = Student.objects", ["Student"]),
        ("models.Student.objects.get(pk=1)", ["models.Student"]),
        ("Student._base_manager.get(pk=1)", ["Student"]),
        ("get_object_or_404(Student, pk=1)", ["Student"]),
        ("shortcuts.get_list_or_404(Student, grade=9)", ["Student"]),
    ],
)
def test_the_scope_check_sees_what_it_should(source, models):
    assert [model for _, model in past_the_scope(source)] == models


def test_no_view_reads_past_the_scope():
    views = [*CODE.glob("*/views.py"), *CODE.glob("*/views/**/*.py")]
    assert views
    assert [
        f"{said(path)}:{line} {model}"
        for path in views
        for line, model in past_the_scope(path.read_text(encoding="utf-8"))
        if (path.relative_to(CODE).as_posix(), model) not in UNSCOPED
    ] == []


# -- the tables --------------------------------------------------------------------------------------------------------

MODELS = [model for app in apps.get_app_configs() if app.name.startswith("firstbell.") for model in app.get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_classed_exactly_once(model):
    classes = [set(getattr(model.Privacy, kind, ())) for kind in ("personal", "confidential", "plain")]
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)} - DJANGOS_OWN
    classed = set().union(*classes)
    assert fields == classed, f"unclassed {fields - classed}, unknown {classed - fields}"
    assert sum(map(len, classes)) == len(classed), "a field is in two classes"


def test_migrations_are_current():
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
    assert changes == {}


# -- the pages ---------------------------------------------------------------------------------------------------------

INLINE = re.compile(
    r"""<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|\|\s*safe\b|autoescape\s+off|javascript:""", re.I
)


@pytest.mark.parametrize(
    ("html", "is_inline"),
    [
        ('<script src="a.js" defer></script>', False),
        ('<a href="/imports/">safe</a>', False),
        ("{{ name|escape }}", False),
        ("<style>p{}</style>", True),
        ('<p style="color:red">', True),
        ("<script>go()</script>", True),
        ('<button onclick="go()">', True),
        ("{{ name|safe }}", True),
        ("{% autoescape off %}", True),
        ('<a href="javascript:go()">', True),
    ],
)
def test_the_inline_check_sees_what_it_should(html, is_inline):
    assert bool(INLINE.search(html)) is is_inline


def test_no_template_carries_style_script_or_unescaped_text():
    templates = list(CODE.glob("*/templates/**/*.html"))
    assert templates
    assert [said(path) for path in templates if INLINE.search(path.read_text(encoding="utf-8"))] == []


def test_no_code_vouches_for_html():
    vouching = re.compile(r"\bmark_safe\b|\bSafeString\(|\bcsrf_exempt\b")
    assert [said(path) for path in CODE.rglob("*.py") if vouching.search(path.read_text(encoding="utf-8"))] == []


def test_templates_stay_short():
    templates = CODE.glob("*/templates/**/*.html")
    assert [said(path) for path in templates if len(path.read_text(encoding="utf-8").splitlines()) > 120] == []


# -- the files ---------------------------------------------------------------------------------------------------------


def test_no_file_passes_500_lines():
    def is_list(path: Path) -> bool:
        wording = path.suffix == ".toml" and "wording" in path.parts  # a sentence a line, as many as there are
        return wording or path.name in LISTS or "migrations" in path.parts or path.parent == ROOT / "requirements"

    def lines(path: Path) -> int:
        return len(path.read_text(encoding="utf-8", errors="replace").splitlines())

    assert [said(path) for path in written() if not is_list(path) and lines(path) > LONGEST] == []


def test_no_module_is_a_drawer():
    drawers = {"utils", "util", "common", "helpers", "base", "misc"}
    assert [said(path) for path in CODE.rglob("*") if path.suffix in {"", ".py"} and path.stem in drawers] == []


PACKAGES = sorted(path.parent for path in CODE.glob("*/__init__.py"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_slice_introduces_itself_in_three_sentences(package):
    words = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert words.startswith(f"{package.name.capitalize()}: ")
    assert "Owns " in words, "say what it owns, even if that is no table"
    assert len(re.findall(r"\.(?=\s|$)", words)) >= 3, "what for, what it owns, what it leans on or where to start"


def test_no_file_names_a_machine():
    place = re.compile(
        r"(?<![\w.\-}])/(?:work|root|home|Users)/\w|"
        r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian|"
        r"\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}:\d{2,5}\b"
    )
    found = [
        f"{said(path)}: {match.group()}"
        for path in written()
        if (match := place.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


def test_pages_and_styles_load_nothing_from_elsewhere():
    served = [path for path in CODE.glob("*/*/**/*") if path.suffix in {".html", ".css", ".js", ".svg"}]
    hosts = {host for path in served for host in re.findall(r"https?://([\w.\-]+)", path.read_text(encoding="utf-8"))}
    assert hosts <= KNOWN_HOSTS


# -- the dependencies --------------------------------------------------------------------------------------------------

WISHES = sorted((ROOT / "requirements").glob("*.in"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("wishes", WISHES, ids=lambda path: path.name)
def test_every_dependency_says_why_it_is_here(wishes):
    lines = [line for line in wishes.read_text(encoding="utf-8").splitlines() if line and line[0] not in "#-"]
    assert lines
    assert [line for line in lines if not re.search(r"\s# \S", line)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_pin_every_package_by_hash_and_name_no_address(lock):
    words = lock.read_text(encoding="utf-8")
    packages = [entry for entry in words.replace("\\\n", " ").splitlines() if entry and entry[0] not in "#"]
    assert packages
    assert [entry for entry in packages if not re.match(r"[\w.\-\[\]]+==\S+.*--hash=sha256:[0-9a-f]{64}", entry)] == []
    assert "://" not in words


def test_every_wish_is_locked():
    assert [path.stem for path in WISHES] == [path.stem for path in LOCKS]
    for wishes, lock in zip(WISHES, LOCKS, strict=True):
        wished = set(re.findall(r"^([\w\-]+)(?=[\[~=<>])", wishes.read_text(encoding="utf-8"), re.M))
        locked = set(re.findall(r"^([\w\-.]+)(?=\[|==)", lock.read_text(encoding="utf-8"), re.M))
        assert wished <= locked


def test_the_npm_lock_names_no_address():
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert '"integrity": "sha512-' in lock
