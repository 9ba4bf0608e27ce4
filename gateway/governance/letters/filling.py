"""Sentences of a template filled with what is known; what has nothing to say is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.governance.letters.placeholders import PLACEHOLDER, Fact
from gateway.governance.letters.wording import Line

_ITEM = "- "


def filled(lines: Sequence[str | Line], facts: Mapping[str, Fact], *, line_by_line: bool) -> str:
    """Paragraphs with a blank line between; list items begin with `- `. `line_by_line`: each sentence by itself."""
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        text = line if isinstance(line, str) else line.say
        if not text:
            paragraphs.append([])
        elif _applies(line, facts):
            items = _items(text, facts)
            if (line_by_line and not items) or _is_list(paragraphs[-1]) != bool(items):
                paragraphs.append([])
            paragraphs[-1] += items or [inserted(text, facts)]
    return "\n\n".join(("\n" if _is_list(one) else " ").join(one) for one in paragraphs if one)


def inserted(text: str, facts: Mapping[str, Fact]) -> str:
    """The text with each placeholder replaced, once: what stands in a value is never a placeholder."""
    return PLACEHOLDER.sub(lambda found: _in_sentence(facts[found[1]]), text)


def _applies(line: str | Line, facts: Mapping[str, Fact]) -> bool:
    if isinstance(line, str):
        return all(facts[name] for name in PLACEHOLDER.findall(line))
    wanted = (*PLACEHOLDER.findall(line.say), *((line.when,) if line.when else ()))
    return all(facts[name] for name in wanted) and not (line.unless and facts[line.unless])


def _items(text: str, facts: Mapping[str, Fact]) -> list[str]:
    """List items: of a fact that is several things, or one that the template writes out."""
    alone = PLACEHOLDER.fullmatch(text)
    value = facts[alone[1]] if alone else None
    if isinstance(value, tuple):
        return [f"{_ITEM}{_one_line(item)}" for item in value]
    return [inserted(text, facts)] if text.startswith(_ITEM) else []


def _is_list(paragraph: Sequence[str]) -> bool:
    return bool(paragraph) and paragraph[0].startswith(_ITEM)


def _in_sentence(value: Fact) -> str:
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
