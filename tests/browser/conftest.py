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

BROWSERS = ("chromium", "google-chrome", "chromium-browser")


@dataclass(frozen=True)
class Served:
    address: str
    stranger: tuple[int, str]
    """A student of a high school: primary key and SIS key. Rosa Diaz does not serve them."""


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
            yield Served(f"http://127.0.0.1:{port}", _stranger(home))
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="session")
def chromium():
    found = os.environ.get("FIRSTBELL_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "no browser: `make setup` finds or installs one, or set FIRSTBELL_BROWSER"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _wait(port: int, seconds: int = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"nothing answered on port {port} within {seconds} s")


def _stranger(home: Path) -> tuple[int, str]:
    with psycopg.connect(dbname="firstbell", user="postgres", host=_socket(home)) as db:
        return db.execute(
            "select s.id, s.key from student s join school c on c.id = s.school_id"
            " where c.name like '%%High School%%' and s.live order by s.id limit 1"
        ).fetchone()


def _socket(home: Path) -> str:
    return (home / "postgres" / "postmaster.pid").read_text().splitlines()[4]
