"""What can go wrong with the store, as its callers must tell it apart."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be used; the message says what to do."""


class ClaimLost(Exception):
    """The lease on this work has passed to another worker: what was done under it does not count."""


class FileMoved(Exception):
    """Somebody else took a step in this case file meanwhile: read it again, and see whether yours still fits."""
