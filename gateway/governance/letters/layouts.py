"""In which layout somebody can read a letter, and that no other is used without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.lacks import Lack
from gateway.governance.letters.steps import LetterWritten
from gateway.governance.situation import Situation
from models.person import Person
from models.plain_names import plain
from models.policy_course import Layout


def layout_for(person: Person | None) -> Layout:
    """The layout that somebody asked for among their adjustments, else the standard one."""
    needs = " ".join(adjustment.need for adjustment in person.adjustments).casefold() if person else ""
    for layout in (Layout.EASY_READ, Layout.LARGE_PRINT):
        if plain(layout.value) in needs.replace("-", " "):
            return layout
    return Layout.STANDARD


def of_layout(written: LetterWritten, situation: Situation) -> Iterator[Lack]:
    """A layout that the policy has; a reason where it is not the one that the person needs, and only there."""
    cites, needed = situation.rules.notice.cites, layout_for(situation.person)
    if written.layout not in situation.rules.notice.layouts:
        yield Lack(f"the policy has no layout {written.layout}", cites, "layout")
    if not _is_exception(written, needed):
        if written.layout_reason:
            text = "the layout is not other than they need, so that there is nothing to give a reason for"
            yield Lack(f"{text}; leave out --layout-reason", field="layout_reason")
    elif not written.layout_reason.strip():
        text = f"they need letters in {plain(needed.value)}; one in another layout says why (--layout-reason)"
        yield Lack(text, cites, "layout_reason")


def of_layout_still(written: LetterWritten, situation: Situation) -> Iterator[Lack]:
    """What the register says that they need since it was written."""
    needed = layout_for(situation.person)
    if _is_exception(written, needed) and not written.layout_reason:
        text = f"{written.letter} is not in {plain(needed.value)}, in which they need letters; write it anew"
        yield Lack(text, situation.rules.notice.cites, "letter")


def _is_exception(written: LetterWritten, needed: Layout) -> bool:
    return needed is not Layout.STANDARD and written.layout is not needed
