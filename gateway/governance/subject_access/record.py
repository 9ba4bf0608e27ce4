"""The record of one person as plain data: sections of entries, each a tree of texts that can be walked and marked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

Tree: TypeAlias = Any
"""JSON: dictionaries, lists, texts, numbers."""

Path: TypeAlias = tuple[str | int, ...]

_CODES: Final = frozenset(
    """
    id kind at event record person strategy strategies restriction status state queue channel direction received_at
    revision schema source_id body_digest message_id in_reply_to references policy policy_version policy_digest versions
    category label urgency strength standing original rule cites
    """.split()  # noqa: SIM905 - a page of words reads better than as many quoted strings
)
"""Fields that hold ids, days and words of ours, or a machine's, in which nobody is named."""


def words_in(tree: Tree, at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text, with where it stands."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from words_in(value, (*at, name))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from words_in(value, (*at, number))
    elif isinstance(tree, str) and tree.strip():
        yield at, tree


def is_code(at: Path, text: str) -> bool:
    """Whether a text is one of the codes, judged by its own field: what stands deeper in such a field may be anything.

    Text with spaces in it is words all the same, for some of these fields are a person's to fill in.
    """
    field = next((name for name in reversed(at) if isinstance(name, str)), None)
    return field in _CODES and len(text.split()) == 1


def with_words(tree: Tree, change: Callable[[Path, str], Tree], at: Path = ()) -> Tree:
    """The tree with each text changed."""
    if isinstance(tree, dict):
        return {name: with_words(value, change, (*at, name)) for name, value in tree.items()}
    if isinstance(tree, list):
        return [with_words(value, change, (*at, number)) for number, value in enumerate(tree)]
    return change(at, tree) if isinstance(tree, str) and tree.strip() else tree


def as_json(tree: Tree) -> str:
    """The record as it is written."""
    return json.dumps(tree, ensure_ascii=False, indent=1, default=str) + "\n"


def digest(text: str) -> str:
    """SHA-256 of a record as it is written."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def spelt(at: Path) -> str:
    """A place in a record as people copy it: `sections/2/entries/0/note`."""
    return "/".join(map(str, at))
