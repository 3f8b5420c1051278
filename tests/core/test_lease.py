"""One writer at a time: the lease ends with its transaction, however that ends."""

import psycopg
import pytest
from django.db import connection, transaction

from firstbell.core import lease


@pytest.fixture
def other(db):
    """Another process's connection to the same database."""
    told = connection.get_connection_params()
    told = {name: told[name] for name in ("dbname", "host", "port", "user", "password") if name in told}
    with psycopg.connect(**told, autocommit=True) as session:
        yield session


def hold(session) -> None:
    session.execute("select pg_advisory_lock(%s)", [lease.KEY])


def let_go(session) -> None:
    session.execute("select pg_advisory_unlock(%s)", [lease.KEY])


def is_free(session) -> bool:
    free = session.execute("select pg_try_advisory_lock(%s)", [lease.KEY]).fetchone()[0]
    if free:
        let_go(session)
    return free


@pytest.mark.django_db(transaction=True)
def test_it_ends_with_the_transaction(other):
    with transaction.atomic():
        lease.claim(wait=0)
        lease.claim(wait=0)  # who holds it may ask again
        assert not is_free(other)
    assert is_free(other)
    with transaction.atomic():
        lease.claim(wait=0)
        transaction.set_rollback(True)
    assert is_free(other)


def test_who_comes_second_is_refused_and_told_what_to_do(other):
    hold(other)
    with pytest.raises(lease.Busy, match=r"Another import.*start it again"):
        lease.claim(wait=0)


def test_who_may_wait_gets_it_when_the_first_lets_go(other, monkeypatch):
    hold(other)
    looks = []

    def between_looks(seconds):
        looks.append(seconds)
        if len(looks) == 3:
            let_go(other)

    monkeypatch.setattr(lease.time, "sleep", between_looks)
    lease.claim(wait=60)
    assert len(looks) == 3
    assert not is_free(other)
