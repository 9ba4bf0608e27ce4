"""Puts this folder on the path, so that every kind of test can share its test data; and keeps logs apart."""

from collections.abc import Iterator

import hypothesis
import pytest
import structlog

# How long an example takes says something of the machine and its load, nothing of the code.
hypothesis.settings.register_profile(
    "whatever-the-load", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("whatever-the-load")


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command under test sends the log to a standard error that is gone when the test is."""
    yield
    structlog.reset_defaults()
