"""What went, held against what was proposed and let go: to whom, which items, under which conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.disclosures.steps import Shared, SharedUrgently
from gateway.governance.lacks import Lack


def differences(file: DisclosureFile, went: Shared) -> Iterator[Lack]:
    """In what it went further than it was let: to somebody else, with more, or under a condition that was not kept."""
    let = file.proposed
    if went.to.strip() and _bare(went.to) != _bare(let.to):
        yield Lack(f"it was let go to {let.to}, not to {went.to}", field="to")
    more = _without(went.items, let.items)
    if more:
        numbered = "; ".join(f"{number}: {item}" for number, item in enumerate(let.items, start=1))
        yield Lack(f"not among what was let go: {'; '.join(more)} (that was {numbered})", field="what")
    if file.gate is not None and file.gate.conditions.strip() and not went.conditions_kept.strip():
        text = f"it was let go on a condition; say how that was kept (--conditions-kept): {file.gate.conditions}"
        yield Lack(text, field="conditions_kept")


def left_out(file: DisclosureFile, went: Shared) -> tuple[str, ...]:
    """What was let go and did not go; nothing where nobody was asked, in records from before."""
    if not went.to:
        return ()
    return _without(file.proposed.items, went.items)


def as_let_go(file: DisclosureFile, went: Shared | SharedUrgently) -> str:
    """`yes`, `less` or `otherwise`, for a log; nothing in an emergency, nor where it was not asked."""
    if isinstance(went, SharedUrgently) or not went.to:
        return ""
    if went.otherwise:
        return "otherwise"
    return "less" if left_out(file, went) else "yes"


def as_proposed(file: DisclosureFile, said: Iterable[str]) -> list[str]:
    """What somebody says went, each in its words or by the number that the proposal gives it; always in words."""
    items = file.proposed.items
    return [items[int(one) - 1] if one.isdecimal() and 0 < int(one) <= len(items) else one for one in said]


def _without(items: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = {_bare(one) for one in others}
    return tuple(one for one in items if _bare(one) not in known)


def _bare(text: str) -> str:
    """As two people write the same thing: case, spaces and a last full stop tell nothing apart."""
    return " ".join(text.casefold().split()).rstrip(" .")
