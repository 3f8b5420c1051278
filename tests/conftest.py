"""Shared by all tests. The Makefile gives them their own FIRSTBELL_HOME: settings are read before this file is."""

import pytest
from hypothesis import settings

settings.register_profile("firstbell", deadline=None)  # a busy machine is not a failing property; pytest-timeout is
settings.load_profile("firstbell")


@pytest.fixture
def as_user(client):
    """`as_user(ines)`: a browser in which this person is signed in."""

    def run(user):
        client.force_login(user)
        return client

    return run
