"""Jobs: work that a page asks for and does not wait for, kept in PostgreSQL by procrastinate (ADR-0008).

A job is part of the transaction that asks for it. A worker that dies leaves a job that the next one takes up again, so
every handler is safe to repeat.
"""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from firstbell.core import clock

Handler = Callable[..., None]
HEARTBEAT = 5.0
SILENT = 20.0
"""Seconds between a worker's signs of life, and without one until its job is taken up again."""
TRIES = 3
WAIT = 3


class NotYet(Exception):  # noqa: N818 - it is a state of the world, not a fault
    """Raised by a handler whose turn has not come: the job is put back for a few seconds."""


def later(name: str, **arguments: Any) -> None:
    """Have a worker call the handler of this name, once the caller's transaction has committed."""
    app.configure_task(name, allow_unknown=False).defer(**arguments)


def handle(name: str, do: Handler, *, gives_up: Handler) -> None:
    """Let jobs of this name (slice.verb) be done by `do`; after TRIES broken or killed attempts, by `gives_up`."""

    def job(context: JobContext, **arguments: Any) -> None:
        clock.catch_up()
        if context.job.attempts >= TRIES:
            return gives_up(**arguments)
        try:
            do(**arguments)
        except NotYet:
            app.configure_task(name, schedule_in={"seconds": WAIT}).defer(**arguments)

    app.task(name=name, pass_context=True, retry=RetryStrategy(max_attempts=TRIES, wait=WAIT))(job)


def under_way(name: str) -> bool:
    """Does a job of this name wait, or is it being done?"""
    return ProcrastinateJob.objects.filter(task_name=name, status__in=("todo", "doing")).exists()


def at_work() -> bool:
    """Is any worker alive?"""
    since = timezone.now() - timedelta(seconds=SILENT)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=since).exists()


def work(
    *, forever: bool = True, beside: int | None = None, heartbeat: float = HEARTBEAT, silent: float = SILENT
) -> None:
    """Work one job at a time until told to stop, until process `beside` has ended, or until none waits."""
    asyncio.run(_work(forever, beside, heartbeat, silent))


async def _work(forever: bool, beside: int | None, heartbeat: float, silent: float) -> None:
    # The tasks keep the app they were registered with: what a handler asks for joins its own transaction.
    own = app.with_connector(app.connector.get_worker_connector())
    async with own.open_async():
        await _take_up(own, silent)
        worker = asyncio.create_task(
            own.run_worker_async(
                wait=forever, delete_jobs="successful", fetch_job_polling_interval=WAIT,
                update_heartbeat_interval=heartbeat, stalled_worker_timeout=silent,
            )
        )  # fmt: skip
        guard = asyncio.create_task(_guard(own, beside, silent))
        await asyncio.wait({worker, guard}, return_when=asyncio.FIRST_COMPLETED)
        for task in (guard, worker):
            task.cancel()
        await asyncio.gather(guard, worker, return_exceptions=True)
        if worker.done() and not worker.cancelled() and (fault := worker.exception()):
            raise fault


async def _guard(own: App, beside: int | None, silent: float) -> None:
    """Return when the process we work beside has ended; until then, look for jobs whose worker died."""
    while beside is None or os.getppid() == beside:
        await asyncio.sleep(min(1.0, silent / 4))
        await _take_up(own, silent)


async def _take_up(own: App, silent: float) -> None:
    for job in await own.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        await own.job_manager.retry_job(job)
