"""Shared by all tests. The Makefile gives them their own FIRSTBELL_HOME: settings are read before this file is."""

from hypothesis import settings

settings.register_profile("firstbell", deadline=None)  # a busy machine is not a failing property; pytest-timeout is
settings.load_profile("firstbell")
