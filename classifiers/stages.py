"""What a stage of the scan is given and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from classifiers.normalise import Folded
from models.finding import SCORED_LABELS, Label, Urgency
from models.scan import Stage as StageName

LABEL_INDEX: dict[Label, int] = {label: index for index, label in enumerate(SCORED_LABELS)}

Scores = npt.NDArray[np.float32]
"""A row per sentence, a column per label in the order of SCORED_LABELS, each in [0, 1]."""


class Sentence(NamedTuple):
    """A sentence of one part of one contact. `start` and `end` count characters of the part's text.

    `passage` is the same for the sentences of one part and differs between parts of one batch.
    `ruled`: an earlier stage has found something in it by a rule. `subject`: the passage of its contact's subject line.
    """

    part: str
    start: int
    end: int
    text: str
    folded: Folded
    passage: int = 0
    ruled: bool = False
    subject: int | None = None


class Hit(NamedTuple):
    """Why a sentence scored: characters `[start, end)` of the part, by whom, and how soon a person must know.

    `urgency` None leaves it to the scan's own rule for the label.
    `yields`: by a rule that gives way to the encoder sooner than others, or (False) never; see `lexicon.Rule`.
    """

    sentence: int
    label: Label
    score: float
    start: int
    end: int
    by: str
    urgency: Urgency | None = None
    yields: bool | None = None


@dataclass(frozen=True, slots=True)
class Excuse:
    """A sentence that reads like `label` but says why it is not meant (negated, an idiom, long over).

    Its scores for that label are multiplied by `factor`. `around`: because of what stands around the words (long over,
    on the news), which a stage that looks at the whole sentence hears for itself; its score is left as it is.
    """

    sentence: int
    label: Label
    factor: float
    around: bool = False


@dataclass(frozen=True, slots=True)
class StageScores:
    """A stage's answer about a batch. `scores` may be None where `hits` say everything.

    `alone`: what each sentence scores without its neighbours, where the stage reads sentences in pairs.
    `both`: the sentences that this stage looked at: there its scores stand for an earlier stage's.
    """

    hits: tuple[Hit, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    scores: Scores | None = None
    alone: Scores | None = None
    both: npt.NDArray[np.bool_] | None = None


class Stage(Protocol):
    """One reader of sentences. Pure after loading; may be called from one thread at a time."""

    @property
    def name(self) -> StageName:
        """Which of the contract's stages this is."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever an answer could."""
        ...

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        """Scores a batch; sentences of many contacts may stand in it."""
        ...
