"""Names that programs read (`subject_access_request`), for people."""

from __future__ import annotations


def plain(name: str) -> str:
    """The name as words.

    >>> plain("subject_access_request")
    'subject access request'
    """
    return name.replace("_", " ")
