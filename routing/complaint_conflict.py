"""A complaint about somebody who would handle it: who is complained of, and who decides in their place. Pure.

Stoke 6.2; Warwickshire 7.2, 7.3; Wealden L54-L58, L119-L121; Cleveland 9.10; Staffordshire 5.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

import re2

from models.contact import Contact
from models.decision import Copy, Decision, Queue
from models.finding import Finding, Label
from models.organisation import Organisation
from models.policy import PolicyPack
from models.strategy import Spoc, Strategy
from routing.addresses import email_key, mailbox_key
from routing.complaint_words import callers_words, complaining, own_words, sentences_beside, spans
from routing.courtesies import is_courtesy
from routing.grievance import Named, complained_of
from routing.naming import MOST_PLACES, Said, handlers, is_named, spellings
from routing.posts_named import pattern_of, posts_complained_of
from routing.rights import queue_of
from routing.spoc_named import speaks_of_the_post

RULE = "complaint_conflict"
"""The reason that a decision on such a complaint carries."""

QUEUE = queue_of(Label.COMPLAINT)
"""The queue that a complaint's review item is in."""

_INSTEAD: Final = ("manager", "legal", "appeals", "complaints", "rights", "spoc", "safeguarding", "criminal")
"""Who decides it in the place of those named: first whoever handles such things anyway."""

_YOU: Final = re2.compile(
    rb"(?i)\byou(?:['?]?(?:ve|re|d|ll))?\b|\byoursel(?:f|ves)\b|"
    rb"\b(?:your|ur) (?:[a-z]+ ){0,2}?(?:conduct|behaviou?rs?|rudeness|attitude|tone|manners?|lies|lying|bullying|bias|"
    rb"language|incompetence|dishonesty|unprofessionalism|failures?|refusals?|silence|negligence|harassment|discrimination|"
    rb"arrogance|indifference|(?:treatment|handling|lack|absence) of|e-?mails?|letters?|messages?|repl(?:y|ies)|"
    rb"responses?|answers?)\b"
)
"""Whoever reads it, and what only they can have done; an apostrophe may be a question mark (`spans`)."""
_YOUR_DECISION: Final = re2.compile(
    rb"(?i)\b(?:your|ur) (?:[a-z]+ ){0,2}?(?:decisions?|rulings?|findings?|conclusions?|review)\b"
)
"""What only whoever decides can have made; of the single point of contact it is mostly the office's."""
_DEPUTY: Final = re2.compile(rb"(?i)\b(?:your|the) deputy\b")
_ANOTHERS_DEPUTY: Final = re.compile(
    r"(?i)[\s-]+(?:chief|head|police|commissioner|pcc|mayor|leader|director|manager|principal|team|chair|clerk|governor)"
)
"""Behind `the deputy`: it is no deputy of the single point of contact."""
_YOUS: Final = 20
"""In one sentence: more tell nothing more."""


@dataclass(frozen=True)
class Complaint:
    """A complaint with what tells who would handle it. `strategies`: of everybody it may be from."""

    contact: Contact
    findings: tuple[Finding, ...]
    strategies: tuple[Strategy, ...]
    organisation: Organisation
    policy: PolicyPack

    @cached_property
    def named(self) -> Mapping[str, str | None]:
        """The handlers whom it is about: a name or address each, with the address they read, None where not known."""
        people = {name: reads for strategy in self.strategies for name, reads in handlers(strategy).items()}
        owners: dict[str, str | None] = {address: address for address in self.organisation.addresses.all()}
        known = owners | self._named_holders(self._deciding) | people
        named = {name: reads for name, reads in known.items() if is_named(name, self._said)}
        about = [spoc.address for spoc in self._spocs if self._speaks_of_the_post]
        readers = (address for spoc in self._spocs for address in (spoc.address, spoc.deputy) if address)
        about += filter(self._speaks_to, readers)
        about += (spoc.deputy for spoc in self._spocs if spoc.deputy and self._speaks_of_the_deputy(spoc))
        return named | {address: address for address in about} | self._by_post

    @property
    def _deciding(self) -> set[str]:
        """The roles that decide on strategies, first or later, of which the register says who holds or reads them."""
        organisation, life = self.organisation, self.policy.life
        later = {*life.review.reviewers, *life.dispute.to, *life.dispute.reviewed_by}
        roles = later.union(*(act.roles for act in life.approvals))
        return roles & {*organisation.role_holders, *organisation.role_addresses}

    def _named_holders(self, roles: Collection[str]) -> dict[str, str | None]:
        """Whoever the register gives one of these roles, with the address they read, also where they decided nothing.

        A name that only somebody else's file has would be looked for in every letter, by whomever it is written.
        """
        return {
            name: self.organisation.role_addresses.get(role)
            for role, names in self.organisation.role_holders.items()
            if role in roles
            for name in names
        }

    @property
    def _by_post(self) -> dict[str, str | None]:
        """Whoever decides and is complained of as what they are: "the Head of Standards", or "your decision" to them.

        Nobody writes to a council by name alone, and a letter seldom has the name of who decided (Wealden L119-L121).
        """
        addresses = self.organisation.role_addresses
        posts = self._posts_complained_of()
        posts |= {role for role in self._deciding if role in addresses and self._speaks_to_decider(addresses[role])}
        read: dict[str, str | None] = {addresses[role]: addresses[role] for role in posts if role in addresses}
        return read | self._named_holders(posts)

    def _posts_complained_of(self) -> set[str]:
        titles = {role: self.policy.life.roles[role] for role in self._deciding if role in self.policy.life.roles}
        if not titles:
            return set()
        beside = sentences_beside(self.contact, self.findings, pattern_of(tuple(titles.values())))
        return posts_complained_of((complaining(self.findings), *beside), titles)

    def _speaks_to_decider(self, address: str) -> bool:
        """As `_speaks_to`, of whoever decides; they can be complained of by what they decided, too."""
        return self._speaks_to(address) or (
            self._is_written_to(address) and self._complains_of(_YOUR_DECISION, _your_decisions)
        )

    @property
    def decider(self) -> Copy:
        """The queue that decides it: the policy's `conflict_to`, or the next that the complaint does not name."""
        queue = self._not_named or self.policy.conflict_to
        return Copy(queue=queue, to=self.organisation.addresses.of(queue))

    @property
    def names_everybody(self) -> bool:
        """Whether no address of ours is left to somebody whom it does not name."""
        return self._not_named is None

    @cached_property
    def _not_named(self) -> str | None:
        addresses = self.organisation.addresses
        taken = {mailbox_key(reads) for reads in self.named.values() if reads}
        candidates = (self.policy.conflict_to, *_INSTEAD)
        return next((queue for queue in candidates if mailbox_key(addresses.of(queue)) not in taken), None)

    def is_about(self, name: str) -> bool:
        """Whether whoever goes by `name` is complained of: named in the complaint, or a handler whom it is about.

        Whoever complains of the single point of contact as a post complains of all who hold it (Warwickshire 7.3,
        Wealden L119-L121).
        """
        about = (*self.named, *self._holders())
        return any(
            is_named(spelling, self._said) or any(is_named(one, Said(spelling)) for one in about)
            for spelling in spellings(name)
        )

    def _holders(self) -> Iterable[str]:
        """The names and addresses of those who hold the post, or read the address, that it is about."""
        for spoc in self._spocs:
            if not self.named.keys().isdisjoint((spoc.name, spoc.address)):
                yield from (spoc.name, spoc.address)
            if spoc.deputy and self._speaks_of_the_post:
                yield spoc.deputy

    @cached_property
    def _said(self) -> Said:
        return Said(own_words(self.contact), most_places=MOST_PLACES)

    @property
    def _spocs(self) -> tuple[Spoc, ...]:
        return tuple(strategy.spoc for strategy in self.strategies if strategy.spoc)

    def _speaks_to(self, address: str) -> bool:
        """Whether it was written to the address at which somebody holds the post, and what it complains of is "you"."""
        return self._is_written_to(address) and self._complains_of(_YOU, _yous)

    def _speaks_of_the_deputy(self, spoc: Spoc) -> bool:
        """Whether it was written to the single point of contact and complains of "your deputy"."""
        return self._is_written_to(spoc.address) and self._complains_of(_DEPUTY, _deputies)

    def _is_written_to(self, address: str) -> bool:
        return email_key(address) in {email_key(recipient) for recipient in self.contact.recipients}

    def _complains_of(self, somebody: re2.Pattern[bytes], named: Callable[[str], list[Named]]) -> bool:
        sentences = (complaining(self.findings), *sentences_beside(self.contact, self.findings, somebody))
        return any(complained_of(sentence, named(sentence)) for sentence in sentences)

    @cached_property
    def _speaks_of_the_post(self) -> bool:
        """Whether the complaint speaks of the single point of contact as a post, in whatever sentence of it.

        Somebody who is only mentioned may be taken for one complained of: then another decides the complaint as well.
        """
        if not self._spocs:
            return False
        text = f"{complaining(self.findings)}\n{callers_words(self.contact)}"
        return speaks_of_the_post(text, self.policy.spoc_term)


def _yous(sentence: str) -> list[Named]:
    found = islice(spans(_YOU, sentence), _YOUS)
    return [Named("you", start, end) for start, end in found if not is_courtesy(sentence, start)]


def _your_decisions(sentence: str) -> list[Named]:
    return [Named("decision", start, end) for start, end in islice(spans(_YOUR_DECISION, sentence), _YOUS)]


def _deputies(sentence: str) -> list[Named]:
    found = islice(spans(_DEPUTY, sentence), _YOUS)
    return [Named("deputy", start, end) for start, end in found if not _ANOTHERS_DEPUTY.match(sentence, end)]


def is_for_another(decision: Decision, queue: Queue) -> bool:
    """Whether an item of this queue is the complaint, and it is not for those complained of to decide."""
    return queue is QUEUE and any(reason.rule == RULE for reason in decision.reasons)
