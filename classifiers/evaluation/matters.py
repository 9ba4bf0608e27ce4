"""Same matter or new: the verdicts on the pairs of one side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from classifiers.authored import Corpus, MatterPair, Side, side_of
from classifiers.evaluation.intervals import share
from classifiers.matter import judge
from classifiers.matter_meaning import Meaning
from classifiers.shares import Share
from models.base import Model
from models.contact import Channel, Contact, Part, Sender
from models.matter import EarlierText, Matter
from models.scan import Verdict


class MatterReport(Model):
    """`verdicts`: by what is true, how often each verdict was given. `unclear` is asked of a person."""

    verdicts: dict[Verdict, dict[Verdict, int]]
    accuracy: Share
    new_taken_for_same: Share
    same_taken_for_new: Share
    new_information: Share


def pairs_of(corpus: Corpus, side: Side, seed: int) -> list[MatterPair]:
    """The pairs of one side."""
    return [pair for pair in corpus.pairs if side_of(pair.family, seed) is side]


def matter_report(pairs: Sequence[MatterPair], meaning: Meaning | None = None) -> MatterReport:
    """Judges each pair as a message from somebody with that matter and its `others`; `meaning`: with the encoder.

    `same` with another matter named is counted as `unclear`: it is not right.
    """
    truth = [Verdict(pair.verdict) for pair in pairs]
    given, tells_new = zip(*(_judged(pair, meaning) for pair in pairs), strict=True) if pairs else ((), ())
    told = np.array(given, dtype=object)

    def of(true: Verdict, verdict: Verdict) -> Share:
        return share(np.array([own is verdict for own, was in zip(given, truth, strict=True) if was is true]))

    return MatterReport(
        verdicts={
            true: {
                verdict: sum(own is verdict and was is true for own, was in zip(told, truth, strict=True))
                for verdict in Verdict
            }
            for true in Verdict
        },
        accuracy=share(np.array([own is was for own, was in zip(given, truth, strict=True)])),
        new_taken_for_same=of(Verdict.NEW, Verdict.SAME),
        same_taken_for_new=of(Verdict.SAME, Verdict.NEW),
        new_information=share(
            np.array([said for said, pair in zip(tells_new, pairs, strict=True) if pair.new_information])
        ),
    )


def _judged(pair: MatterPair, meaning: Meaning | None) -> tuple[Verdict, bool]:
    contact = Contact(
        id="pair",
        channel=Channel.EMAIL,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        sender=Sender(name=pair.sender or None),
        subject=pair.subject or None,
        parts=(Part(name="body", text=pair.text),),
    )
    matters = [
        Matter(id=f"m{number}", person="p", title=own.title, summary=own.summary)
        for number, own in enumerate((pair.matter, *pair.others))
    ]
    earlier = [EarlierText(matter=matters[0].id, text=text) for text in pair.earlier]
    verdict = judge(contact, matters, earlier, meaning)
    if verdict is None:
        raise AssertionError("a verdict is given wherever there is a matter")
    misnamed = verdict.verdict is Verdict.SAME and verdict.nearest != matters[0].id
    return Verdict.UNCLEAR if misnamed else verdict.verdict, verdict.new_information
