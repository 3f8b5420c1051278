"""Someone of every role, and nothing else: the library reads no table."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.core.models import User
from tests import staff

TODAY = date(2026, 5, 12)


@pytest.fixture
def sign_in(client, db, settings):
    """`sign_in("director")` gives a client signed in with that one post."""
    settings.TODAY = TODAY.isoformat()

    def signed(role):
        user = User.objects.create(username=role)
        staff.post(user=user, role=role, span=DateRange(date(2013, 1, 1), None))
        client.force_login(user)
        return client

    return signed


@pytest.fixture
def reader(sign_in):
    return sign_in("director")


def text(answer):
    """The page as text. AssertionError unless it is a page."""
    assert answer.status_code == 200
    return answer.content.decode()
