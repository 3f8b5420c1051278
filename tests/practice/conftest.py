"""One district of 8,000 and one of 300 serve every test of this folder."""

from datetime import date

import pytest

from firstbell.practice import Plan, Summary, write

from .ledger import Ledger

YESTERDAY = date(2026, 5, 11)
AUTUMN = date(2025, 11, 5)


@pytest.fixture(scope="session")
def summary(tmp_path_factory) -> Summary:
    return write(Plan(), tmp_path_factory.mktemp("today"))


@pytest.fixture(scope="session")
def today(summary) -> Ledger:
    return Ledger(summary.folder)


@pytest.fixture(scope="session")
def yesterday(tmp_path_factory) -> Ledger:
    return Ledger(write(Plan(), tmp_path_factory.mktemp("yesterday"), as_of=YESTERDAY).folder)


@pytest.fixture(scope="session")
def autumn(tmp_path_factory) -> Ledger:
    return Ledger(write(Plan(), tmp_path_factory.mktemp("autumn"), as_of=AUTUMN).folder)


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Ledger:
    return Ledger(write(Plan(students=300), tmp_path_factory.mktemp("small")).folder)


@pytest.fixture(scope="session")
def small_summary(tmp_path_factory) -> Summary:
    return write(Plan(students=300, schools=6, regions=1, seed=4), tmp_path_factory.mktemp("smallest"))


@pytest.fixture(scope="session")
def smallest(small_summary) -> Ledger:
    return Ledger(small_summary.folder)
