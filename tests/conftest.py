"""Puts this folder on the path, so that every kind of test can share its test data; and keeps logs apart."""

import gc
from collections.abc import Iterator

import pytest
import structlog


def pytest_collection_finish() -> None:
    """Thousands of tests are a large heap, which the collector would go through again and again under every command."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command under test sends the log to a standard error that is gone when the test is."""
    yield
    structlog.reset_defaults()
