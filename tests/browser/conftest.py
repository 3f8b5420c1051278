"""A practice district of its own, served by the real command to a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import sync_playwright

from tests.browser import keyboard

BROWSERS = ("chromium", "google-chrome", "chromium-browser")


@dataclass(frozen=True)
class Served:
    address: str
    home: Path

    def row(self, query: str) -> tuple | None:
        """The first row of what the served database answers."""
        socket = (self.home / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        with psycopg.connect(dbname="firstbell", user="postgres", host=socket) as db:
            return db.execute(query).fetchone()

    @property
    def stranger(self) -> tuple[int, str]:
        """A student of a high school: primary key and SIS key. Rosa Diaz does not serve them."""
        return self.row(
            "select s.id, s.key from student s join school c on c.id = s.school_id"
            " where c.name like '%High School%' and s.live order by s.id limit 1"
        )


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("tour")
    env = {**os.environ, "FIRSTBELL_HOME": str(home)}
    env.pop("DATABASE_URL", None)
    told = [sys.executable, "-W", "ignore", "-m", "firstbell.cli"]
    made = subprocess.run([*told, "demo", "--students", "600", "--no-serve"], env=env, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home / "served.log").open("wb") as log:
        server = subprocess.Popen([*told, "serve", "--port", str(port)], env=env, stdout=log, stderr=log)
        try:
            _wait(port)
            yield Served(f"http://127.0.0.1:{port}", home)
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="session")
def chromium():
    found = os.environ.get("FIRSTBELL_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "no browser: `make setup` finds or installs one, or set FIRSTBELL_BROWSER"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # its loop stays in this thread; nobody waits for it
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(served, chromium):
    """A page of 1280 by 900; Rosa Diaz, who counsels at two schools, has stepped in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    step_in(page, served, "Rosa Diaz")
    yield page
    context.close()


@pytest.fixture
def watched(page):
    """The same page, with what keyboard.js sees from the first moment on."""
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(path=keyboard.SCRIPT)
    return page


def step_in(page, served, name: str) -> None:
    """Be this person of the practice district from here on."""
    page.context.clear_cookies()
    page.goto(served.address)
    page.get_by_text(name).first.click()
    page.wait_for_load_state()


def _wait(port: int, seconds: int = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"nothing answered on port {port} within {seconds} s")
