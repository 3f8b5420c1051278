"""The tiny district with a region: who runs training there, who learns, and somebody of another region."""

import pytest

from firstbell.core.models import User
from firstbell.roster.models import Region
from firstbell.staffing.queries import scope_of
from tests.attendance.conftest import DAYS
from tests.cases.conftest import district, rosa, shelf, today
from tests.panels.conftest import counselor, marisa, region, somebody

__all__ = ["DAYS", "counselor", "district", "marisa", "region", "rosa", "shelf", "somebody", "today"]


@pytest.fixture
def principal(district, region) -> User:
    """The first school's principal."""
    return somebody("daniel.kim", "principal", school=district.schools[0])


@pytest.fixture
def hugo(district, region) -> User:
    """The other school's counselor, of the same region."""
    return somebody("hugo.petrosyan", "counselor", school=district.schools[1])


@pytest.fixture
def noor(region) -> User:
    """The region's own counselor, who runs training too."""
    return somebody("noor.aziz", "region_counselor", region=region)


@pytest.fixture
def samir(region) -> User:
    """The director, who sees the whole district."""
    return somebody("samir.haddad", "director")


@pytest.fixture
def south(district) -> Region:
    """Another region, without a school."""
    return Region.objects.create(key="R2", name="South", arrival=district.arrival)


@pytest.fixture
def elsewhere(south) -> User:
    """The Field Coordinator of the other region."""
    return somebody("wanda.orlow", "coordinator", region=south)


@pytest.fixture
def scope(today):
    """`scope(marisa)`: what somebody may see today."""
    return lambda user: scope_of(user, today)


def body(answer) -> str:
    return " ".join(answer.content.decode().split())
