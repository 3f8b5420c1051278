"""Shared by all tests. The Makefile gives them their own FIRSTBELL_HOME: settings are read before this file is."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("firstbell", deadline=None)  # a busy machine is not a failing property; pytest-timeout is
settings.load_profile("firstbell")


TOGETHER = {"tests/browser": "browser", "tests/imports/test_kills.py": "kills"}
"""What one worker does alone, so that a district or a night is made once: see --dist loadgroup in the Makefile."""


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in a hook of its own
def pytest_collection_modifyitems(items):
    root = Path(__file__).parents[1]
    for item in items:
        where = item.path.relative_to(root).as_posix()
        for part, group in TOGETHER.items():
            if where.startswith(part):
                item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture
def as_user(client):
    """`as_user(ines)`: a browser in which this person is signed in."""

    def run(user):
        client.force_login(user)
        return client

    return run
