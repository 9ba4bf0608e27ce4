"""Sentences of a template filled with what is known; what has nothing to say is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.governance.letters.placeholders import PLACEHOLDER, Fact
from gateway.governance.letters.wording import Line


def filled(lines: Sequence[str | Line], facts: Mapping[str, Fact], *, line_by_line: bool) -> str:
    """Paragraphs with a blank line between; list items begin with `- `. `line_by_line`: each sentence by itself."""
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        text = line if isinstance(line, str) else line.say
        if not text:
            paragraphs.append([])
        elif _applies(line, facts):
            items = _items(text, facts)
            if items is not None:
                paragraphs += [["\n".join(f"- {_one_line(item)}" for item in items)], []]
                continue
            if line_by_line and paragraphs[-1]:
                paragraphs.append([])
            paragraphs[-1].append(inserted(text, facts))
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs if paragraph)


def inserted(text: str, facts: Mapping[str, Fact]) -> str:
    """The text with each placeholder replaced, once: what stands in a value is never a placeholder."""
    return PLACEHOLDER.sub(lambda found: _in_sentence(facts[found[1]]), text)


def _applies(line: str | Line, facts: Mapping[str, Fact]) -> bool:
    if isinstance(line, str):
        return all(facts[name] for name in PLACEHOLDER.findall(line))
    wanted = (*PLACEHOLDER.findall(line.say), *((line.when,) if line.when else ()))
    return all(facts[name] for name in wanted) and not (line.unless and facts[line.unless])


def _items(text: str, facts: Mapping[str, Fact]) -> tuple[str, ...] | None:
    alone = PLACEHOLDER.fullmatch(text)
    value = facts[alone[1]] if alone else None
    return value if isinstance(value, tuple) else None


def _in_sentence(value: Fact) -> str:
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
