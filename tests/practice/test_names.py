"""Names: enough of them, in many languages, in letters that a letter can print."""

import unicodedata

import pytest

from firstbell.practice.names import CULTURES, GIVEN_NICKNAMES, STREETS

GIVEN = {name for c in CULTURES for name in (*c.girls, *c.boys)}
FAMILY = {name for c in CULTURES for name in c.families}


def test_there_are_enough_names():
    assert len(GIVEN) >= 250
    assert len(FAMILY) >= 200
    assert len(STREETS) >= 20


@pytest.mark.parametrize(
    "name", ["José", "Nguyễn", "Hovhannisyan", "O'Neal", "García-Leyva", "De la Torre", "María José"]
)
def test_names_that_software_gets_wrong_are_here(name):
    assert name in GIVEN | FAMILY


@pytest.mark.parametrize("culture", CULTURES, ids=lambda c: c.language)
def test_each_culture_is_whole(culture):
    assert min(len(culture.girls), len(culture.boys), len(culture.families)) >= 6
    for name in (*culture.girls, *culture.boys, *culture.families):
        assert name == unicodedata.normalize("NFC", name).strip()
        assert name[0].isupper()
        assert all(letter.isalpha() or letter in " '-." for letter in name)


def test_shares_make_a_district():
    assert sum(c.share for c in CULTURES) == pytest.approx(1, abs=0.01)
    assert len({c.language for c in CULTURES}) == len(CULTURES) >= 10


def test_nicknames_belong_to_given_names():
    assert set(GIVEN_NICKNAMES) <= GIVEN
