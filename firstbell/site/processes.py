"""The processes that serve: the web server and the worker beside it, begun together and ended together."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 8
"""Seconds that a process has to end by itself. Then it is killed: a job cut short is taken up again."""


def serve(*, port: int, demo: bool) -> int:
    """Run gunicorn and a worker until told to stop or until gunicorn ends; the exit code. A dead worker is replaced."""
    environment = {**os.environ, "FIRSTBELL_DEMO": "1"} if demo else dict(os.environ)
    web = _start(environment, "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--timeout", "120",
                 "--log-level", "warning", "firstbell.site.wsgi")  # fmt: skip
    running = {"web": web}
    with _told_to_stop(), _ending(running):
        while web.poll() is None:
            if "worker" not in running or running["worker"].poll() is not None:
                running["worker"] = _start(environment, "firstbell.cli", "work", "--beside", str(os.getpid()))
            try:
                return web.wait(1)
            except subprocess.TimeoutExpired:
                continue
    return web.returncode


def _start(environment: dict[str, str], *module: str) -> subprocess.Popen[bytes]:
    # a group of its own: Ctrl+C is ours to pass on, once
    return subprocess.Popen([sys.executable, "-m", *module], env=environment, start_new_session=True)  # noqa: S603


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """SIGTERM and Ctrl+C leave the block quietly."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _ending(running: dict[str, subprocess.Popen[bytes]]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
