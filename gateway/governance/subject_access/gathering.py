"""Everything that the gateway holds on one person, gathered into a record."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.governance.courses import TRAINING
from gateway.governance.desk import Desk, read_back
from gateway.governance.lacks import Lack, Refused
from gateway.governance.same_person import is_among
from gateway.governance.subject_access.proposing import Ground, Mark, known_to, propose, whole_places
from gateway.governance.subject_access.record import Tree
from gateway.governance.subject_access.searching import PLAIN, Quoted, named_elsewhere
from gateway.governance.training.steps import Trained
from gateway.store.about import ContactRecord
from gateway.store.audit import Event
from gateway.store.clocks import file_of
from gateway.store.files import StoredFile
from gateway.store.store import Store
from models.finding import Category
from models.identifier import IdentifierKind
from models.identity import MatchedAs, Strength
from models.plain_names import plain
from models.policy_life import LifeRules

_TITLES = {
    "strategy": "Strategies",
    "incident": "Incidents",
    "breach_response": "Answers to breaches",
    "challenge": "Challenges",
    "disclosure": "Disclosures to others",
    "dangerous_person": "Register of dangerous persons",
    "dangerous_property": "Register of dangerous properties",
    "complex_case": "Complex cases",
    "hold": "Holds on deletion",
    "training": "Training records found by name",
}
_ON_SAFETY = frozenset({Category.SAFEGUARDING, Category.CRIMINAL})

Tell = Callable[[str, int], None]
"""Told what is being read, and how much of it was."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The record, the passages to be looked at, and the original messages by the names that the record gives them.

    `quoted`: whose gates are to be asked before anybody sees it, beside those of what is the person's. `shows`: the
    ids of the files, and of the strategies in the register alone, of which words are in the record.
    """

    record: Tree
    quoted: Quoted
    marks: tuple[Mark, ...]
    originals: dict[str, bytes]
    shows: tuple[str, ...]


async def gather(
    desk: Desk, person: str, *, by: str, now: datetime, tell: Tell, public: Collection[str] = ()
) -> Gathered:
    """Everything about the person. Refused where neither the register nor any file knows them.

    `public`: texts of ours whose telephone numbers are nobody's secret.
    """
    store = desk.store
    register = await store.register.export()
    dossiers = {dossier.person.id: dossier for dossier in register.dossiers()} if register else {}
    dossier = dossiers.get(person)
    if register is None or dossier is None:
        raise Refused([Lack(f"the register knows nobody {person}", field="person")])
    ids = await store.about.contacts_of(person, lambda done: tell("contacts looked through", done))
    contacts, originals, sources, of_clocks = [], {}, set(), set()
    related = {person, *ids, *(one.id for one in dossier.strategies)}
    for done, id_ in enumerate(ids, start=1):
        one = await store.about.contact(id_)
        clocks = {file_of(str(review["id"])) for review in one.reviews}
        of_clocks.update(clocks)
        contacts.append(_contact(one, [step for clock in sorted(clocks) for step in await _steps_of(store, clock)]))
        related.update(one.related)
        if one.message is not None:
            originals[_original(one)] = one.message[1]
        if _is_source(one, person):
            sources.add(id_)
        tell("contacts read", done)
    own_names = (dossier.person.name, *dossier.person.aliases)
    training = await _training_of(store, own_names)
    files = [*await store.files.of_person(person), *training]
    own = [one.value for one in dossier.person.identifiers if one.kind is IdentifierKind.EMAIL]
    of_files = {file.id for file in files}
    named = await named_elsewhere(
        store,
        dossier,
        register,
        contacts=frozenset(ids),
        files=of_clocks | of_files,
        addresses=own,
        tell=tell,
    )
    related.update(of_files)
    events = await store.about.events(related, lambda done: tell("audit events looked through", done))
    sections = [
        {"title": "What the register says", "entries": [dossier.model_dump(mode="json", by_alias=True)]},
        *_of_files(files),
        {"title": "Contacts", "entries": contacts},
        {
            "title": "What we sent",
            "entries": [
                sent.model_dump(mode="json", by_alias=True) for sent in await store.about.sent_to(own, of_files)
            ],
        },
        {
            "title": "Who we said it is not",
            "entries": [{"tie": tie} for _person, tie in sorted(await store.dismissals.of([person]))],
        },
        {
            "title": "What was done, by whom, when",
            "entries": [
                {"at": event.at.isoformat(), "event": event.event, "actor": event.actor, "record": event.subject}
                for event in events
            ],
        },
        *named.sections(),
    ]
    life = (await desk.pack()).life
    record = {
        "about": person,
        "organisation": register.organisation.name,
        "made_at": now.isoformat(timespec="seconds"),
        "made_by": by,
        "marking": life.marking,
        "searched": named.searched(),
        "sections": [section for section in sections if section["entries"]],
    }
    # A tree of plain values, as it will be read back.
    record = json.loads(json.dumps(record, default=str))
    staff = _staff([*files, *(file for file, _shown in named.files)], events, life)
    for name in named.noted_by():
        staff.setdefault(name, False)
    colleagues = {name: senior for name, senior in staff.items() if not is_among(name, own_names)}
    phones = (phone for one in dossier.strategies if one.spoc is not None for phone in one.spoc.phones)
    known = known_to(dossier, dossiers.values(), register.organisation, colleagues, (*public, *phones))
    for trainer in _trainers(training):
        if not is_among(trainer, own_names):
            known.name(trainer, Ground.ANOTHER_PERSON)
    for sender in named.senders():
        if not is_among(sender, own_names):
            known.name(sender, Ground.ANOTHER_PERSON)
    sources.update(one.id for one in named.contacts if _is_source(one, person))
    wholes = whole_places(record, sources=sources, others=named.of_others(), sent=named.sent_to_others())
    marks = propose(record, known, wholes)
    quoted = named.quoted()
    shows = (*(file.id for file in files), *(one.id for one in dossier.strategies), *quoted.files)
    shows += tuple(id_ for id_, _person in quoted.strategies)
    return Gathered(record, quoted, tuple(marks), originals, tuple(dict.fromkeys(shows)))


async def _training_of(store: Store, names: Collection[str]) -> list[StoredFile]:
    """The training records under one of these names: they have no person's id, so whoever looks through sees to it."""
    stored = await store.files.of_kind(TRAINING.kind, closed=None)
    return [file for file in stored if file.erased_at is None and is_among(read_back(TRAINING, file).name, names)]


def _trainers(training: list[StoredFile]) -> list[str]:
    """Whoever gave a training, a person or a body."""
    steps = (step for file in training for step in read_back(TRAINING, file).steps)
    return [step.given_by for step in steps if isinstance(step, Trained)]


def _staff(files: list[StoredFile], events: Iterable[Event], rules: LifeRules) -> dict[str, bool]:
    """Who worked on the files, is named in them or looked, and whether they are senior: acted in a role that decides.

    Whoever visits, was threatened or looked after may be safe only as long as the person does not know who they are.
    """
    senior_roles = {role for act in rules.approvals for role in act.roles} | {*rules.dispute.to}
    senior_roles |= {role for rule in rules.registers for role in rule.approvers}
    staff: dict[str, bool] = {}
    for file in files:
        for stored in file.steps:
            step = json.loads(stored.text) if stored.text else {}
            staff[stored.actor] = staff.get(stored.actor, False) or step.get("role") in senior_roles
            for name in _named(step):
                staff.setdefault(name, False)
    for event in events:
        name, _, role = event.actor.partition(", ")  # as a look is noted: the name, and the role that let them
        staff[name] = staff.get(name, False) or role in senior_roles
    return staff


def _named(step: Mapping[str, Any]) -> Iterator[str]:
    """Whom a step names beside whoever took it."""
    for field in ("affected", "needs_to_know", "present", "consulted"):
        yield from step.get(field, ())
    for field in ("manager", "name", "adviser"):
        yield from filter(None, (step.get(field),))
    for action in (*step.get("actions", ()), step.get("action")):
        if isinstance(action, dict):
            yield action["owner"]


def _of_files(files: list[StoredFile]) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        steps = [json.loads(step.text) for step in file.steps if step.text]
        title = _TITLES.get(file.kind, plain(file.kind).capitalize())
        opened = file.opened_at.isoformat()
        sections.setdefault(title, []).append(
            {"id": file.id, "opened_at": opened, "closed": file.closed, "steps": steps}
        )
    return [{"title": title, "entries": entries} for title, entries in sections.items()]


async def _steps_of(store: Store, file: str) -> list[Tree]:
    stored = await store.files.read(file)
    return [json.loads(step.text) for step in stored.steps if step.text] if stored else []


def _contact(one: ContactRecord, clock: Sequence[Tree]) -> dict[str, Any]:
    if one.contact is None:
        return {"id": one.id, "received_at": one.received_at.isoformat(), "channel": one.channel, "erased": True}
    return {
        "id": one.id,
        "contact": one.contact.model_dump(**PLAIN),
        "decisions": [decision.model_dump(**PLAIN, exclude={"contact"}) for decision in one.decisions],
        "breaches": list(one.breaches),
        "reviews": list(one.reviews),
        **({"replies": list(one.replies)} if one.replies else {}),
        "original": _original(one) if one.message is not None else None,
        **({"clock": clock} if clock else {}),
    }


def _original(one: ContactRecord) -> str:
    mail = one.message is not None and one.message[0].media_type == "message/rfc822"
    return f"originals/{one.id}.{'eml' if mail else 'json'}"


def _is_source(one: ContactRecord, person: str) -> bool:
    """Whether somebody else told us of a danger: it is about the person, and not for certain from them."""
    matches = [match for decision in one.decisions for match in decision.matches if match.person == person]
    from_them = any(match.as_ is MatchedAs.PERSON and match.strength is not Strength.POSSIBLE for match in matches)
    found = any(finding.category in _ON_SAFETY for decision in one.decisions for finding in decision.findings)
    return found and not from_them
