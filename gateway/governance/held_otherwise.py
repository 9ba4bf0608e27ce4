"""Whom a new register file alone holds otherwise than before, with no step of anybody on a file. Pure.

Ids and days are said, and of an address or number what kind it is: the words go to terminals and logs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from models.identifier import IdentifierKind, PersonIdentifier
from models.matter import ReviewRight
from models.person import Person
from models.register import Dossier, Register
from models.restriction import AdvocateOnly
from models.strategy import Spoc, Strategy, StrategyScope
from routing.calendar import in_full
from routing.identity.held import lookup_key
from routing.standing import why_not_in_force

_NOT_TOLD = "nothing here shows that they were told"
_BY_NOBODY = "nothing here shows who approved it, nor that they were told"

_KINDS = {
    IdentifierKind.EMAIL: "email address",
    IdentifierKind.PHONE: "telephone number",
    IdentifierKind.POSTAL: "postal address",
    IdentifierKind.SOCIAL: "social handle",
}

_REVIEWED = (ReviewRight.USED, ReviewRight.NONE)

_Said = tuple[int, str]
"""How grave it is, the gravest first, and the words."""
_WHOM, _IN_FORCE, _BY_WHAT, _WHAT, _LONGER, _ASKS, _NO_REVIEW, _DROPPED, _LESS, _LATER, _TO_WHOM = range(11)
_GRAVER = _DROPPED
"""Up to this somebody is held who was not, or to more, or the office stops holding them."""


@dataclass(frozen=True, slots=True)
class _Hold:
    """A strategy with its person. `since`: the first day on which it holds them; None where it never will."""

    strategy: Strategy
    person: Person
    since: date | None

    @classmethod
    def of(cls, strategy: Strategy, person: Person, day: date) -> _Hold:
        return cls(strategy, person, _since(strategy, person, day))

    def is_in_force(self, day: date) -> bool:
        return self.since is not None and self.since <= day


def held_otherwise(
    before: Iterable[Dossier],
    register: Register,
    day: date,
    *,
    but: Collection[str] = (),
    with_a_file: Collection[str] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What strategies that only the register has do otherwise than before, in words: the graver, and the milder.

    `before`: the dossiers that there were, the strategies of whoever is called so now. `but`: ids of those that come in
    force of which more is said: `in_force_again`.
    """
    before = tuple(before)
    people = {person.id: person for person in register.people}
    was = {
        one.id: _Hold.of(one, dossier.person, day)
        for dossier in before
        for one in dossier.strategies
        if one.id not in with_a_file
    }
    now = {one.id: _Hold.of(one, people[one.person], day) for one in register.strategies if one.id not in with_a_file}
    said: list[_Said] = []
    for id_, hold in now.items():
        said += _altered(was.get(id_), hold, day, again=id_ in but)
    for id_, held in was.items():
        if id_ not in now and held.since is not None:
            said.append((_DROPPED, f"{id_} {_holds_nobody(held, day)}: it is not in this file"))
    still = tuple(_held_before_and_now(before, people, now, day, with_a_file))
    said += _addresses(still, people)
    said += _rights(still, register)
    said.sort(key=lambda one: one[0])
    graver = tuple(text for grave, text in said if grave <= _GRAVER)
    return graver, tuple(text for grave, text in said if grave > _GRAVER)


def _since(strategy: Strategy, person: Person, day: date) -> date | None:
    """CONTRACT 4.4: active, notified, started, not past its end; and nothing is enforced against the dead."""
    if strategy.notified_on is None or person.deceased_on is not None:
        return None
    since = max(strategy.starts, strategy.notified_on)
    return since if why_not_in_force(strategy, max(since, day)) is None else None


def _altered(was: _Hold | None, now: _Hold, day: date, *, again: bool) -> Iterator[_Said]:
    id_ = now.strategy.id
    if now.since is None:
        if was is not None and was.since is not None:
            yield _DROPPED, f"{id_} {_holds_nobody(was, day)} ({_by_what(was, now)})"
        return
    if was is not None and (again or was.since is not None) and was.strategy.person != now.strategy.person:
        whom, whom_before = now.strategy.person, was.strategy.person
        yield _WHOM, f"{id_} is about {whom} by this register, and was about {whom_before}: {_NOT_TOLD}"
    if was is None or was.since is None:
        if not again:
            how = "" if was is None else f" ({_by_what(was, now)})"
            whom = f"and holds {now.person.id}" if now.is_in_force(day) else f"and will hold {now.person.id}"
            yield _IN_FORCE, f"{id_} {_comes_in_force(now.since, day)} by this register {whom}{how}: {_BY_NOBODY}"
        return
    if now.is_in_force(day) and not was.is_in_force(day):
        yield _IN_FORCE, f"{id_} is in force by this register already ({_by_what(was, now)}): {_NOT_TOLD}"
    elif now.since != was.since and not now.is_in_force(day):
        grave = _IN_FORCE if now.since < was.since else _DROPPED
        yield grave, f"{id_} holds nobody until {in_full(now.since)} ({_by_what(was, now)})"
    yield from _scope(was.strategy, now.strategy)
    yield from _ends(was.strategy, now.strategy)
    if now.strategy.restrictions != was.strategy.restrictions:
        yield _ASKS, f"{id_} asks other things than before: {_NOT_TOLD}"
    yield from _looked_at(was.strategy, now.strategy)
    yield from _represented(was, now, day)
    yield from _contacts(was.strategy, now.strategy)


def _comes_in_force(since: date, day: date) -> str:
    return "is in force" if since <= day else f"comes in force on {in_full(since)}"


def _holds_nobody(was: _Hold, day: date) -> str:
    return "holds nobody any more" if was.is_in_force(day) else "will hold nobody"


def _by_what(was: _Hold, now: _Hold) -> str:
    """What of that which puts a strategy in force was otherwise, and how."""
    old, new = ({**_conditions(one.strategy), "deceased_on": one.person.deceased_on} for one in (was, now))
    return "; ".join(
        f"{field} was {_plain(old[field])}, and is {_plain(new[field])}" for field in old if old[field] != new[field]
    )


def _conditions(strategy: Strategy) -> dict[str, date | str | None]:
    return {
        "status": strategy.status.value,
        "notified_on": strategy.notified_on,
        "starts": strategy.starts,
        "ends": strategy.ends,
    }


def _plain(value: date | str | None) -> str:
    if value is None:
        return "not given"
    return value if isinstance(value, str) else in_full(value)


def _scope(was: Strategy, now: Strategy) -> Iterator[_Said]:
    covers, covered = _covers(now), _covers(was)
    if covers == covered or (was.person != now.person and None not in (covers, covered)):
        return  # of another person, the matters are others, too
    more = covers is None or (covered is not None and not covers <= covered)
    what, what_before = _named(covers), _named(covered)
    yield (
        (_WHAT if more else _LESS),
        f"{now.id} is about {what} by this register, and was about {what_before}" + (f": {_NOT_TOLD}" if more else ""),
    )


def _covers(strategy: Strategy) -> frozenset[str] | None:
    """Its matters; None where it is about everything."""
    return None if strategy.scope is StrategyScope.ORGANISATION else frozenset(strategy.matters)


def _named(matters: frozenset[str] | None) -> str:
    return "everything" if matters is None else (", ".join(sorted(matters)) or "no matter")


def _ends(was: Strategy, now: Strategy) -> Iterator[_Said]:
    if now.ends == was.ends:
        return
    later = now.ends is None or (was.ends is not None and now.ends > was.ends)
    end, end_before = _end(now.ends), _end(was.ends)
    yield (
        (_LONGER if later else _LESS),
        f"{now.id} holds {end} by this register, and held {end_before}" + (f": {_NOT_TOLD}" if later else ""),
    )


def _end(ends: date | None) -> str:
    return "without an end" if ends is None else f"until {in_full(ends)}"


def _looked_at(was: Strategy, now: Strategy) -> Iterator[_Said]:
    due, due_before = now.review_due, was.review_due
    if due_before is not None and (due is None or due > due_before):
        when = "has no review any more" if due is None else f"is to be reviewed on {in_full(due)}"
        before = f"and was to be on {in_full(due_before)}: nothing here shows that it was reviewed"
        yield _LATER, f"{now.id} {when} by this register, {before}"


def _represented(was: _Hold, now: _Hold, day: date) -> Iterator[_Said]:
    """Without anybody to speak for them, what asks for a representative is not enforced."""
    asks = any(isinstance(one, AdvocateOnly) for one in now.strategy.restrictions)
    if asks and _has_representative(was, day) and not _has_representative(now, day):
        text = f"does not hold {now.person.id} to their representative any more: nobody may speak for them"
        yield _LESS, f"{now.strategy.id} {text} by this register"


def _has_representative(hold: _Hold, day: date) -> bool:
    about = set(hold.strategy.matters)
    theirs = (one for one in hold.person.representatives if one.live_on(day))
    return any(not one.matters or not about.isdisjoint(one.matters) for one in theirs)


def _contacts(was: Strategy, now: Strategy) -> Iterator[_Said]:
    """Who gets what is diverted. Which address or number it is shows in the file."""
    old, new = _of_spoc(was.spoc), _of_spoc(now.spoc)
    for what, value in new.items():
        if value != old[what]:
            how = (
                f"has another {what} than before" if value and old[what] else f"has {'a' if value else 'no'} {what} now"
            )
            yield _TO_WHOM, f"{now.id} {how}"


def _of_spoc(spoc: Spoc | None) -> Mapping[str, object]:
    return {
        "single point of contact": spoc and (spoc.name, spoc.address),
        "deputy of the single point of contact": spoc and spoc.deputy,
        "list of numbers of the single point of contact": spoc and spoc.phones,
    }


def _held_before_and_now(
    before: Iterable[Dossier],
    people: Mapping[str, Person],
    now: Mapping[str, _Hold],
    day: date,
    with_a_file: Collection[str],
) -> Iterator[tuple[Dossier, str, list[Strategy]]]:
    """Whoever was held and still is: the dossier that there was, their id, and by which strategies.

    By strategies with a file as well: addresses and matters are the register's own to say.
    """
    for dossier in before:
        by_person: dict[str, list[Strategy]] = {}
        for one in dossier.strategies:
            if one.person not in people or _since(one, dossier.person, day) is None:
                continue
            hold = _Hold.of(one, people[one.person], day) if one.id in with_a_file else now.get(one.id)
            if hold is not None and hold.since is not None and hold.person.id == one.person:
                by_person.setdefault(one.person, []).append(hold.strategy)
        for id_, strategies in by_person.items():
            yield dossier, id_, strategies


def _rights(still: Iterable[tuple[Dossier, str, list[Strategy]]], register: Register) -> Iterator[_Said]:
    """Where a request to have an outcome reviewed is no request of its own any more, but the same matter again."""
    now = {matter.id: matter for matter in register.matters}
    for dossier, _id, strategies in still:
        for was in dossier.matters:
            matter = now.get(was.id)
            if matter is None or was.review_right in _REVIEWED or matter.review_right not in _REVIEWED:
                continue
            about = [one.id for one in strategies if (covered := _covers(one)) is None or was.id in covered]
            if about:
                how = f"review_right was {was.review_right.value}, and is {matter.review_right.value}"
                text = f"no review of the outcome of {was.id} can be asked for any more by this register ({how})"
                yield _NO_REVIEW, f"{', '.join(about)}: {text}"


def _addresses(still: Iterable[tuple[Dossier, str, list[Strategy]]], people: Mapping[str, Person]) -> Iterator[_Said]:
    """Where whoever was held already is held by another address or number, or by one less."""
    for dossier, id_, strategies in still:
        old, new = _binding(dossier.person.identifiers), _binding(people[id_].identifiers)
        which, verb = ", ".join(one.id for one in strategies), "binds" if len(strategies) == 1 else "bind"
        for key, (number, kind) in new.items():
            if key not in old:
                where = f"number {number} of theirs in this file"
                yield _BY_WHAT, f"{which} {verb} one more {kind}, as {id_}'s alone ({where})"
        for key, (number, kind) in old.items():
            if key not in new:
                where = f"number {number} of what the register had of theirs"
                yield _LESS, f"{which} {verb} one {kind} less, which was {id_}'s alone ({where})"


def _binding(identifiers: Iterable[PersonIdentifier]) -> dict[object, tuple[int, str]]:
    """Those by which somebody is held, with the place and the kind of each: not what a household shares."""
    found: dict[object, tuple[int, str]] = {}
    shared: set[object] = set()
    for number, one in enumerate(identifiers, start=1):
        if (key := lookup_key(one)) is not None:
            found.setdefault(key, (number, _KINDS[one.kind]))
            if one.shared:
                shared.add(key)
    return {key: where for key, where in found.items() if key not in shared}
