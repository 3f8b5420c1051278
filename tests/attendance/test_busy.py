"""Building and serving wait for others, and say so when they have waited long enough; a damaged book is built anew."""

import psycopg
import pytest
from django.db import connection

from firstbell.attendance.actions import rebuild, serve
from firstbell.attendance.models import Served
from firstbell.core import lease
from firstbell.facts.daybook import current

from .conftest import DAYS, YEAR


@pytest.fixture
def known(district, absences):
    absences(district.student("1"), "U.U.U")
    district.arrives(DAYS[23])
    return district


@pytest.mark.parametrize("write", [lambda: rebuild(YEAR), lambda: serve(on=DAYS[23])], ids=["rebuild", "serve"])
def test_nothing_is_built_or_served_beside_another_writer(known, shelf, monkeypatch, write):
    monkeypatch.setattr(lease, "QUEUE", 0)
    told = connection.get_connection_params()
    told = {name: told[name] for name in ("dbname", "host", "port", "user", "password") if name in told}
    with psycopg.connect(**told) as other:
        other.execute("select pg_advisory_lock(%s)", [lease.KEY])
        with pytest.raises(lease.Busy, match="Another import"):
            write()
    assert not Served.objects.exists()
    assert current(shelf, YEAR) is None


@pytest.mark.parametrize("damaged", ["cells.npy", "manifest.json", ""])
def test_a_damaged_book_is_built_again(known, shelf, damaged):
    whole = rebuild(YEAR).book.digest
    [folder] = shelf.glob("*.book")
    if damaged:
        (folder / damaged).write_bytes(b"torn")
    else:
        folder.rename(shelf / "gone")
    assert rebuild(YEAR).book.digest == whole
    assert current(shelf, YEAR).digest == whole
