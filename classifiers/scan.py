"""The scan of contacts: every readable part, every sentence, every stage; what was seen, and what could not be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from operator import attrgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog

from classifiers import staff_words
from classifiers.at_risk import at_risk
from classifiers.encoder import Encoder, EncoderError
from classifiers.explained import Explained
from classifiers.fast import FastModel
from classifiers.footers import footers, is_own
from classifiers.language import unsupported
from classifiers.late_stage import LateStage
from classifiers.lexicon import Lexicon, load_folder
from classifiers.normalise import Folder, to_ascii
from classifiers.semantic import Semantic
from classifiers.sentences import joined, split_ascii
from classifiers.stages import Excuse, Hit, Scores, Sentence, Stage, StageScores
from classifiers.stated import Control
from classifiers.urgency import urgency_of
from classifiers.weighing import THRESHOLD, Batch, weigh
from classifiers.weights_file import WeightsError
from models.contact import Channel, Contact, Part, PartProblemKind
from models.finding import (
    CATEGORY_OF,
    CONCERN_CATEGORIES,
    SCORED_LABELS,
    URGENCIES,
    Category,
    Evidence,
    Finding,
    Label,
    Urgency,
)
from models.scan import ScanResult, ScanStatus
from models.scan import Stage as StageName

log = structlog.get_logger(__name__)

MOST_EVIDENCE = 5
DOUBTFUL = 0.4
"""The threshold of concerns: what is below THRESHOLD is doubtful. A person reads it, and it wakes nobody."""
WIDER = 0.35
"""Every label's threshold while a stage that would have seen more cannot be waited for."""
_SYSTEM_THRESHOLD = 0.5
_MOST_SENTENCES = 60_000
"""Of a contact: twice what two million characters of prose have, which is as much as is read of one. Where there are
more ("No.", a hundred thousand times), they are read in longer pieces, or their scores would not fit in a child."""
_score = attrgetter("score")

_PROBLEM_LABELS = {
    PartProblemKind.UNREADABLE: Label.UNREADABLE_PART,
    PartProblemKind.INCOMPLETE: Label.SCAN_INCOMPLETE,
    PartProblemKind.LOW_CONFIDENCE: Label.LOW_CONFIDENCE_TRANSCRIPT,
}


class Scanner:
    """Holds the loaded stages; safe to share between calls of one thread.

    `deferred` names the stages that will look at a contact later: a result lists them as pending and is not complete.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        folder: Folder,
        thresholds: Mapping[Label, float] | None = None,
        deferred: Sequence[StageName] = (),
    ) -> None:
        self._stages = tuple(stages)
        self._deferred = tuple(deferred)
        self._folder = folder
        self.thresholds = {label: (thresholds or {}).get(label, THRESHOLD) for label in SCORED_LABELS}
        self._wide = {label: min(threshold, WIDER) for label, threshold in self.thresholds.items()}
        self.version = "+".join(stage.version for stage in self._stages)
        self._explained = Explained(self._stages)

    @classmethod
    def load(cls, lexicons: Path, weights: Path, late: LateStage = LateStage.OFF) -> Scanner:
        """The lexicon of folder `lexicons`, the fast model of `weights/fast`, and what `late` says of the third stage.

        Raises LexiconError or WeightsError, naming the file and what to do. A late stage that does not load is logged
        and stays pending in every result.
        """
        fast = FastModel.load(weights / "fast")
        stages: list[Stage] = [Lexicon.load(lexicons), fast]
        thresholds = {
            label: min(threshold, DOUBTFUL) if CATEGORY_OF[label] in CONCERN_CATEGORIES else threshold
            for label, threshold in fast.thresholds.items()
        }
        return cls(stages, load_folder(lexicons), thresholds).with_late_stage(weights, late)

    def with_late_stage(self, weights: Path, late: LateStage) -> Scanner:
        """This scanner of two stages, with what `late` says of the third; it shares what is loaded."""
        if late is LateStage.OFF:
            return self
        stages: list[Stage] = list(self._stages)
        deferred: Sequence[StageName] = (StageName.SEMANTIC,)
        if late is LateStage.NOW:
            try:
                fast = next(stage for stage in stages if isinstance(stage, FastModel))
                stages.append(Semantic.load(weights / "semantic", fast))
                deferred = ()
            except (WeightsError, EncoderError) as error:
                log.error("scan.late_stage_missing", error=str(error))
        return Scanner(stages, self._folder, self.thresholds, deferred)

    @property
    def control(self) -> Mapping[Label, Control]:
        """How thresholds were set, by the last of the models: where it looked, its word stands."""
        manifests = [stage.manifest for stage in self._stages if isinstance(stage, (FastModel, Semantic))]
        return next((own.control for own in reversed(manifests) if own is not None), {})

    @property
    def meaning(self) -> Encoder | None:
        """The late stage's encoder, for the matter verdict; None where it is not here or has one output only."""
        encoders = (stage.encoder for stage in self._stages if isinstance(stage, Semantic))
        return next((encoder for encoder in encoders if encoder.has_lower), None)

    def scan(self, contact: Contact) -> ScanResult:
        """The scan of one contact. Never raises: what goes wrong is a finding `scan_incomplete`."""
        return self.scan_many((contact,))[0]

    def scan_text(self, text: str) -> ScanResult:
        """The scan of a bare text, as one body part."""
        return self.scan_texts((text,))[0]

    def scan_texts(self, texts: Sequence[str]) -> list[ScanResult]:
        """The scans of bare texts, each as one body part."""
        return self._scan_parts([(Part(name="body", text=text),) for text in texts], [()] * len(texts))

    def scan_many(self, contacts: Sequence[Contact], *, wide: bool = False) -> list[ScanResult]:
        """The scans of `contacts`, in their order; the stages see all their sentences at once.

        `wide`: with lower thresholds, because a stage that would have seen more cannot be waited for.
        """
        parts = [_parts_of(contact) for contact in contacts]
        problems = [tuple(_problems_of(contact)) for contact in contacts]
        return self._scan_parts(parts, problems, wide=wide)

    def _scan_parts(
        self, parts: Sequence[Sequence[Part]], problems: Sequence[Sequence[Finding]], *, wide: bool = False
    ) -> list[ScanResult]:
        thresholds = self._wide if wide else self.thresholds
        batch, unread = self._read(parts)
        answers: list[tuple[Stage, StageScores]] = []
        failed: dict[int, list[Stage]] = defaultdict(list)
        for stage in self._stages:
            answer, lost = _run(stage, batch, len(parts))
            answers.append((stage, answer))
            for row in {hit.sentence for hit in answer.hits if hit.score >= THRESHOLD}:
                batch.sentences[row] = batch.sentences[row]._replace(ruled=True)
            for contact in lost:
                failed[contact].append(stage)
        best, hits = weigh(answers, batch, len(parts), np.array(list(thresholds.values())))
        batch.looked = {
            row for _, answer in answers if answer.both is not None for row in answer.both.nonzero()[0].tolist()
        }
        return [
            self._result(
                best[index], hits[index], batch, (*problems[index], *unread[index]), failed.get(index, ()), wide=wide
            )
            for index in range(len(parts))
        ]

    def _read(self, parts: Sequence[Sequence[Part]]) -> tuple[Batch, list[list[Finding]]]:
        batch = Batch()
        unread: list[list[Finding]] = [[] for _ in parts]
        for index, own in enumerate(parts):
            batch.begun = len(batch.sentences)
            subject: int | None = None
            for part in own:
                try:
                    self._read_part(batch, index, part, subject)
                    subject = batch.passages if part.name == "subject" else subject
                    if unsupported(part.own_text()):
                        unread[index].append(_system(Label.UNSUPPORTED_LANGUAGE, part.name, Urgency.SAME_DAY))
                except Exception as error:
                    log.error("scan.part_failed", part_kind=part.name.split(":")[0], error=type(error).__name__)
                    unread[index].append(_system(Label.SCAN_INCOMPLETE, part.name, Urgency.SAME_DAY))
        return batch, unread

    def _read_part(self, batch: Batch, owner: int, part: Part, subject: int | None) -> None:
        concern, other = _weights(part)
        batch.passages += 1
        for start, text in part.own():
            self._read_stretch(batch, part.name, start, text, subject)
        added = len(batch.sentences) - len(batch.owner)
        batch.owner += [owner] * added
        batch.concern_weight += [concern] * added
        batch.other_weight += [other] * added

    def _read_stretch(self, batch: Batch, name: str, at: int, text: str, subject: int | None) -> None:
        """`at`: where in its part the text begins."""
        written = to_ascii(text)
        spans = split_ascii(written)
        first = len(batch.sentences)
        if first - batch.begun + len(spans) > _MOST_SENTENCES:
            spans = joined(spans)
        batch.footers.update(first + index for index, is_footer in enumerate(footers(written, spans)) if is_footer)
        if name == "signature":
            batch.details.update(
                first + index for index, (start, end) in enumerate(spans) if not is_own(written[start:end])
            )
        batch.sentences += [
            Sentence(name, at + start, at + end, text[start:end], folded, batch.passages, subject=subject)
            for (start, end), folded in zip(spans, self._folder.fold_spans(text, written, spans), strict=True)
        ]
        told = ((row, staff_words.begins(batch.sentences[row])) for row in range(first, len(batch.sentences)))
        batch.staff_from.update((row, start) for row, start in told if start is not None)

    def _result(
        self,
        best: np.ndarray,
        hits: Sequence[Hit],
        batch: Batch,
        system: Sequence[Finding],
        failed: Sequence[Stage],
        *,
        wide: bool,
    ) -> ScanResult:
        # With a stage missing, what would else be doubtful is all there is to go by.
        thresholds, sure = (self._wide, WIDER) if wide else (self.thresholds, THRESHOLD)
        by_label: dict[Label, list[Hit]] = defaultdict(list)
        for hit in hits:
            by_label[hit.label].append(hit)
        findings = [
            _finding(label, score, thresholds[label], sure, by_label[label], batch, self._explained)
            for label, score in zip(SCORED_LABELS, best.tolist(), strict=True)
            if score >= thresholds[label]
        ]
        findings += system
        if failed:
            findings.append(_system(Label.SCAN_INCOMPLETE, "body", Urgency.SAME_DAY))
        unseen = any(finding.label is Label.SCAN_INCOMPLETE for finding in findings)
        names = tuple(stage.name for stage in self._stages if stage not in failed)
        pending = self._deferred
        return ScanResult(
            findings=tuple(findings),
            scores=dict(zip(SCORED_LABELS, best.tolist(), strict=True)),
            status=ScanStatus(complete=not unseen and not pending, pending=pending, stages=names, model=self.version),
        )


def _finding(
    label: Label, score: float, threshold: float, sure: float, hits: Sequence[Hit], batch: Batch, explained: Explained
) -> Finding:
    strongest = sorted(hits, key=_score, reverse=True)
    telling = [hit for hit in strongest if hit.score >= threshold]
    by_sentence: dict[int, Hit] = {}
    for hit in telling or strongest[:1]:
        by_sentence.setdefault(hit.sentence, hit)
    chosen = list(islice(by_sentence.values(), MOST_EVIDENCE))
    urgencies = [_urgency(label, hit, batch.sentences[hit.sentence], sure) for hit in telling]
    return Finding(
        category=CATEGORY_OF[label],
        label=label,
        score=score,
        threshold=threshold,
        urgency=min(urgencies, key=URGENCIES.index, default=Urgency.ROUTINE),
        at_risk=at_risk(label, [batch.sentences[hit.sentence] for hit in chosen]),
        evidence=tuple(
            [
                explained.evidence(hit, batch.sentences[hit.sentence], looked=hit.sentence in batch.looked)
                for hit in chosen
            ]
        ),
    )


def _urgency(label: Label, hit: Hit, sentence: Sentence, sure: float) -> Urgency:
    """How urgent one sentence is. One that scores below `sure` is doubtful: same day at most, for it may be nothing."""
    said = hit.urgency or urgency_of(label, sentence)
    return said if hit.score >= sure else max(said, Urgency.SAME_DAY, key=URGENCIES.index)


def _parts_of(contact: Contact) -> tuple[Part, ...]:
    named = any(part.name == "subject" for part in contact.parts)
    if contact.subject and not named:
        return (Part(name="subject", text=contact.subject), *contact.parts)
    return contact.parts


def _problems_of(contact: Contact) -> Iterable[Finding]:
    for problem in contact.problems:
        yield _system(_PROBLEM_LABELS[problem.kind], problem.part, Urgency.SAME_DAY)
    if contact.channel is Channel.VOICEMAIL and not contact.parts and not contact.problems:
        yield _system(Label.UNREADABLE_PART, "transcript", Urgency.SAME_DAY)


def _system(label: Label, part: str, urgency: Urgency) -> Finding:
    return Finding(
        category=Category.SYSTEM,
        label=label,
        score=1.0,
        threshold=_SYSTEM_THRESHOLD,
        urgency=urgency,
        evidence=(Evidence(part=part, start=0, end=0, quote="", by="scan"),),
    )


def _weights(part: Part) -> tuple[float, float]:
    """(for concerns, for rights and conduct). Quoted words are older, and ours where `speaker` is `staff`."""
    if part.name != "quoted":
        return 1.0, 1.0
    return (0.7, 0.4) if part.speaker == "staff" else (0.9, 0.5)


def _run(stage: Stage, batch: Batch, contacts: int) -> tuple[StageScores, list[int]]:
    """The stage's answer, and the contacts it failed on: after a failure each contact is tried alone."""
    try:
        return stage.score(batch.sentences), []
    except Exception as error:
        log.error("scan.stage_failed", stage=str(stage.name), error=type(error).__name__, contacts=contacts)
    lost: list[int] = []
    hits: list[Hit] = []
    excuses: list[Excuse] = []
    scores = np.zeros((len(batch.sentences), len(SCORED_LABELS)), dtype=np.float32)
    alone: Scores | None = None
    both: npt.NDArray[np.bool_] | None = None
    for contact in range(contacts):
        own = [index for index, owner in enumerate(batch.owner) if owner == contact]
        try:
            answer = stage.score([batch.sentences[index] for index in own])
        except Exception as error:
            log.error("scan.contact_failed", stage=str(stage.name), error=type(error).__name__)
            lost.append(contact)
            continue
        hits += (hit._replace(sentence=own[hit.sentence]) for hit in answer.hits)
        excuses += (replace(excuse, sentence=own[excuse.sentence]) for excuse in answer.excuses)
        if answer.scores is not None and own:
            scores[own] = answer.scores
        if answer.alone is not None:
            alone = np.zeros_like(scores) if alone is None else alone
            alone[own] = answer.alone
        if answer.both is not None:
            both = np.zeros(len(batch.sentences), dtype=np.bool_) if both is None else both
            both[own] = answer.both
    return StageScores(tuple(hits), tuple(excuses), scores, alone, both), lost
