"""An organisation's own lines: what its reviewers confirmed or dismissed, and mail that somebody found harmless.

They are made when a training asks for them, held in memory, and never written: only sums of weights come of them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from classifiers.authored import Item, Kind
from classifiers.sentences import split
from models.base import Model
from models.contact import Contact
from models.decision import Judgement, Queue
from models.finding import CATEGORY_OF, Category, Evidence, Finding, Label, Urgency

_FAMILY = "own-"
_MAIL = f"{_FAMILY}mail-"

TAUGHT: Mapping[Queue, Category] = {
    Queue.SAFEGUARDING: Category.SAFEGUARDING,
    Queue.CRIMINAL: Category.CRIMINAL,
    Queue.RIGHTS: Category.RIGHTS,
}
"""The queues whose reviews speak of what the scan found, and of which of its categories."""


class OwnCounts(Model):
    """Sentences that were confirmed, sentences that were dismissed, and messages of background mail."""

    confirmed: int
    dismissed: int
    background: int


def is_own(family: str) -> bool:
    """Whether a family is of an organisation's own mail: its texts must not be shown, nor kept with the weights."""
    return family.startswith(_FAMILY)


def tells_rates(item: Item) -> bool:
    """Whether thresholds may be set by it. A reviewed sentence is there because the scan had found it: it says nothing
    of how often harmless mail is flagged or a concern found."""
    return not is_own(item.family) or item.family.startswith(_MAIL)


def counted(own: Sequence[Item]) -> OwnCounts:
    """How many own lines there are of each sort."""
    background = sum(item.kind is Kind.HOST for item in own)
    dismissed = sum(item.kind is Kind.CONTRAST for item in own)
    return OwnCounts(confirmed=len(own) - background - dismissed, dismissed=dismissed, background=background)


def of_review(contact: Contact, findings: Sequence[Finding], judged: Mapping[Category, Judgement]) -> tuple[Item, ...]:
    """Every sentence that findings of the judged categories rest on, in the order of the findings.

    A confirmed one carries their labels; a dismissed one is near to them and carries none. One that was confirmed in
    one queue and dismissed in another is no example of a harmless sentence. All are of one family, `own-` and the
    contact's id, so that they stay on one side.
    """
    carried: dict[str, set[Label]] = defaultdict(set)
    resembled: dict[str, set[Label]] = defaultdict(set)
    urgency: dict[str, list[Urgency]] = defaultdict(list)
    for finding in findings:
        if finding.category not in judged:
            continue
        said = carried if judged[finding.category] is Judgement.CONFIRMED else resembled
        for evidence in finding.evidence:
            sentence = _sentence(contact, evidence)
            if sentence:
                said[sentence].add(finding.label)
                urgency[sentence].append(finding.urgency)
    family = _FAMILY + contact.id
    confirmed = [
        Item(
            text=sentence,
            labels=_ordered(labels),
            kind=Kind.RIGHTS if all(CATEGORY_OF[label] is Category.RIGHTS for label in labels) else Kind.CONCERN,
            family=family,
            urgency=min(urgency[sentence], key=list(Urgency).index),
        )
        for sentence, labels in carried.items()
    ]
    dismissed = [
        Item(text=sentence, kind=Kind.CONTRAST, family=family, near=_ordered(labels))
        for sentence, labels in resembled.items()
        if sentence not in carried
    ]
    return (*confirmed, *dismissed)


def of_mail(contact: Contact) -> Item | None:
    """The body of a harmless message, None where it has none. Equal bodies are of one family and equal items."""
    text = "\n\n".join(part.text.strip() for part in contact.parts if part.name == "body").strip()
    if not text:
        return None
    return Item(text=text, kind=Kind.HOST, family=_MAIL + hashlib.sha256(text.encode()).hexdigest()[:16])


def _ordered(labels: set[Label]) -> tuple[Label, ...]:
    return tuple(label for label in Label if label in labels)


def _sentence(contact: Contact, evidence: Evidence) -> str:
    """The whole sentence in which the evidence stands: a rule quotes its few words only."""
    texts = [part.text for part in contact.parts if part.name == evidence.part]
    if evidence.part == "subject" and contact.subject:
        texts.append(contact.subject)
    for text in texts:
        if evidence.quote and text[evidence.start : evidence.end] == evidence.quote:
            spans = [span for span in split(text) if span.start < evidence.end and evidence.start < span.end]
            if spans:
                return text[spans[0].start : spans[-1].end]
    return evidence.quote.strip()
