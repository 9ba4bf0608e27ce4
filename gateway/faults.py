"""What a person is told in a line where a file cannot be used or a register is missing.

By themselves, so that a command that meets neither does not load what reads files.
"""

from __future__ import annotations


class YamlFileError(Exception):
    """The file cannot be used; one line a fault: `file:line: field: what is wrong and what was expected`."""


class NoRegister(Exception):
    """There is no register, so nobody whom anything could be about."""

    def __init__(self, says: str = "no register is loaded; load one with `triage register import FILE`") -> None:
        super().__init__(says)
