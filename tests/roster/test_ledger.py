"""The file of standing marks: quick where it can be believed, and not believed otherwise."""

import json

import polars as pl
import pytest
from django.db import connection

from firstbell.roster.actions import receive_marks
from firstbell.roster.models import Mark
from firstbell.roster.queries import ledger, standing_marks

from . import plain
from .conftest import YEAR, arrives, stated

ROWS = (("p1", "north", 0, "", "E", -1, 100), ("p2", "north", 1, "3", "U", 50, -1))


@pytest.fixture
def kept(district):
    receive_marks(stated(*ROWS), arrival=district)
    return standing_marks(YEAR, keep=True)


@pytest.fixture
def asked(monkeypatch):
    """The arrivals that the database is asked about, each time it is."""
    seen, real = [], ledger.frame
    monkeypatch.setattr(ledger, "frame", lambda *a, **values: seen.append(values["arrivals"]) or real(*a, **values))
    return seen


def test_the_file_alone_answers_while_nothing_arrives(kept, asked):
    assert standing_marks(YEAR).equals(kept)
    assert asked == []


def test_only_what_arrived_since_is_read(kept, asked):
    receive_marks(stated(ROWS[0]), arrival=(later := arrives(1)))
    assert standing_marks(YEAR)["mark"].to_list() == [pk for (pk, *_) in plain.standing(YEAR)]
    assert asked == [[later.pk]] * 2  # the marks it brought, and those it withdrew


def test_what_stood_before_an_arrival(kept):
    later = arrives(1)
    receive_marks(stated(), arrival=later)
    assert standing_marks(YEAR, before=later).equals(kept)
    assert standing_marks(YEAR).is_empty()


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrivals": {"1": "1999-01-01T00:00:00+00:00"}},
        {"database": "another"},
        {"marks": 3},
        {"arrivals": None},
    ],
)
def test_a_file_that_says_something_else_is_not_believed(kept, wrong):
    said = json.loads(pl.read_parquet_metadata(ledger._file(YEAR))["firstbell"])
    kept.head(1).write_parquet(ledger._file(YEAR), metadata={"firstbell": json.dumps(said | {"marks": 1} | wrong)})
    assert standing_marks(YEAR).sort("mark").equals(kept.sort("mark"))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not a parquet file at all"])
def test_a_damaged_file_is_read_as_none(kept, content):
    ledger._file(YEAR).write_bytes(content)
    assert standing_marks(YEAR).sort("mark").equals(kept.sort("mark"))


def test_a_file_of_another_kind_is_read_as_none(kept):
    kept.drop("share").write_parquet(ledger._file(YEAR))
    assert standing_marks(YEAR).sort("mark").equals(kept.sort("mark"))


def test_an_empty_year(district):
    assert standing_marks(YEAR, keep=True).schema == ledger._SCHEMA
    assert standing_marks(2031).is_empty()


def test_the_ledger_holds_nothing_of_its_own(kept):
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from mark")
        assert cursor.fetchone()[0] == len(kept) == Mark.objects.count()
    assert kept["period"].to_list() == ["", "3"]
