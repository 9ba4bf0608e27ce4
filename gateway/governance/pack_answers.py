"""What a pack says of one rule or one paragraph of the policy, and what meets it."""

from __future__ import annotations

import re

from gateway.governance.features import FEATURES
from gateway.governance.pack_explained import Line, Section
from gateway.governance.pack_words import how_met, worded
from models.plain_names import plain
from models.policy import PolicyPack
from models.policy_places import FEATURE, look_up, things
from models.policy_question import Cites
from routing.reasons import REASONS


class NotInPack(LookupError):
    """The pack has no such rule, or nothing rests on such a paragraph. The message is for people."""


def explained_rule(pack: PolicyPack, rule_id: str) -> tuple[Section, ...]:
    """One rule: what it says, how it is met, and what stands there. NotInPack where there is none of that id."""
    rule = pack.life.rules.get(rule_id)
    if rule is None:
        known = f"; there are {', '.join(pack.life.rules)}" if pack.life.rules else "; it names no rules"
        raise NotInPack(f"{pack.id} has no rule {rule_id}{known}")
    holds = " No pack can switch this off; a pack says at most what is quoted for it." if rule.invariant else ""
    return (
        Section(f"{rule_id} ({how_met(rule)})", (Line(rule.says + holds, rule.cites),)),
        Section("Met by", tuple(_met(pack, by) for by in rule.by)),
    )


def explained_cite(pack: PolicyPack, paragraph: str) -> tuple[Section, ...]:
    """Everything that rests on one paragraph. NotInPack where nothing does."""
    life = pack.life
    rules = tuple(
        Line(f"{name}: {rule.says}", rule.cites) for name, rule in life.rules.items() if _among(paragraph, rule.cites)
    )
    places = tuple(
        Line(f"{at}: {worded(thing)}", cites)
        for at, thing in things(pack)
        if not at.startswith("rules.") and _among(paragraph, cites := getattr(thing, "cites", ()))
    )
    decisions = tuple(
        Line(f"{name}: {REASONS.get(name, plain(name))}", cites)
        for name, cites in pack.cites.items()
        if _among(paragraph, cites)
    )
    sections = (Section("Rules", rules), Section("In the pack", places), Section("In decisions", decisions))
    if not (rules or places or decisions):
        raise NotInPack(f"nothing in {pack.id} rests on {paragraph}")
    return tuple(section for section in sections if section.lines)


def _met(pack: PolicyPack, by: str) -> Line:
    if by.startswith(FEATURE):
        name = by.removeprefix(FEATURE)
        return Line(f"{plain(name)}: {FEATURES[name].says} ({FEATURES[name].module})")
    return Line(f"{by}: {worded(look_up(pack, by))}")


_LINES = re.compile(r"(.*) l(\d+)(?:-l(\d+))?")


def _among(paragraph: str, cites: Cites) -> bool:
    return any(_covers(cite.casefold(), paragraph.strip().casefold()) for cite in cites)


def _covers(cite: str, paragraph: str) -> bool:
    """Whether a cite is the paragraph, or is of lines of which it has one (Wealden L82-L84 has L83)."""
    ours, theirs = _LINES.fullmatch(cite), _LINES.fullmatch(paragraph)
    if ours is None or theirs is None:
        return cite == paragraph
    first, last = int(ours[2]), int(ours[3] or ours[2])
    from_, until = int(theirs[2]), int(theirs[3] or theirs[2])
    return ours[1] == theirs[1] and first <= until and from_ <= last
