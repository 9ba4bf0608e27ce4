"""Text of strangers, fit to be shown: nothing in it that a terminal or a mail program would obey."""

from __future__ import annotations


def harmless(text: str) -> str:
    """As many characters; controls and turns of direction are spaces, line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)


def one_line(text: str) -> str:
    """Harmless and on one line, so that it cannot look like a line of ours."""
    return " ".join(harmless(text).split())
