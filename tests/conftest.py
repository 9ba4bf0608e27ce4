"""Puts this folder on the path, so that every kind of test can share its test data; and keeps logs apart."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command under test sends the log to a standard error that is gone when the test is."""
    yield
    structlog.reset_defaults()
