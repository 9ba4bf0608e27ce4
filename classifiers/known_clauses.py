"""The clauses of the patterns that ship, worked out beforehand: to derive them is most of what a start takes.

Of a pattern that is not in the file they are derived, as all are where the file is missing or damaged: that takes
longer, and nothing else is different. `docs/generate.py` writes the file; a test derives every line of it anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from classifiers.clauses import Clause, Reader

SHIPPED = Path(__file__).with_name("clauses.tsv")
_CLAUSE, _PIECE = "\t", ","
_KEY_DIGITS = 20


class KnownReader:
    """A Reader that looks up in the file at `path` before it derives."""

    def __init__(self, path: Path = SHIPPED) -> None:
        self._known = _read(path)
        self._reader = Reader()

    def clauses(self, pattern: str) -> tuple[Clause, ...]:
        """The clauses of an expanded pattern, as `Reader.clauses` derives them."""
        line = self._known.get(_key(pattern))
        if line is None:
            return self._reader.clauses(pattern)
        return tuple(frozenset(clause.split(_PIECE)) for clause in line.split(_CLAUSE)) if line else ()


def written(patterns: Iterable[str]) -> str:
    """The file for these patterns: a digest of what follows; then a line each, with a key and the clauses."""
    reader = Reader()
    lines = sorted(
        "\t".join((_key(pattern), *(_PIECE.join(sorted(clause)) for clause in reader.clauses(pattern))))
        for pattern in set(patterns)
    )
    body = "\n".join(lines) + "\n"
    return f"{_digest(body)}\n{body}"


def _read(path: Path) -> Mapping[str, str]:
    """Each line by its key; nothing where the file is missing or is not as it was written."""
    try:
        digest, _, body = path.read_text(encoding="ascii").partition("\n")
    except (OSError, UnicodeError):
        return {}
    if digest != _digest(body):
        return {}
    return {key: line for key, _, line in (known.partition(_CLAUSE) for known in body.splitlines())}


def _key(pattern: str) -> str:
    return hashlib.sha256(pattern.encode()).hexdigest()[:_KEY_DIGITS]


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
