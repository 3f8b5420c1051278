"""One writer of the district's facts at a time: who imports, undoes or serves standings holds the lease.

It belongs to a transaction: PostgreSQL frees it when that ends, by a commit, a rollback or a kill -9.
"""

import time
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:  # a server that does not start is explained before there are models
    from firstbell.core.models import User

KEY = 1913_0904
SHORTLY = 3.0
"""Seconds that an import waits: enough for the server to notice that a killed run is gone."""
QUEUE = 900.0
"""Seconds that the nightly run's later steps wait: whoever comes last serves the newest arrival."""
_LOOK = 0.1


class Busy(Exception):  # noqa: N818 - it is a state of the world, not a fault
    """Another process holds the lease; the message says what to do."""


def claim(*, wait: float, by: "User | None" = None) -> None:
    """Hold the lease until the current transaction ends, for others to read who does. Busy after `wait` seconds."""
    until = time.monotonic() + wait
    with connection.cursor() as cursor:
        # without it, a killed run would hold the lease until its last statement has run to its end
        cursor.execute("select set_config('client_connection_check_interval', '1s', true)")
        while not _free(cursor):
            if time.monotonic() >= until:
                raise Busy(
                    "Another import, undo or nightly run is at work. Nothing was changed by this one:"
                    " wait until the other has ended, then start it again."
                )
            time.sleep(_LOOK)
        cursor.execute("select set_config('application_name', %s, true)", [f"firstbell lease {by.pk if by else ''}"])


def holder() -> tuple[int | None, datetime] | None:
    """Who holds the lease (a user's primary key; None for the system itself) and since when; None when it is free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select substring(a.application_name from '^firstbell lease ([0-9]+)$')::bigint, a.xact_start"
            " from pg_locks l join pg_stat_activity a on a.pid = l.pid and a.datname = current_database()"
            " where l.locktype = 'advisory' and l.classid = 0 and l.objid = %s and l.granted"
            " and a.xact_start is not null and l.pid <> pg_backend_pid() and l.database = a.datid",
            [KEY],
        )
        return cursor.fetchone()


def _free(cursor) -> bool:
    cursor.execute("select pg_try_advisory_xact_lock(%s)", [KEY])
    return cursor.fetchone()[0]
