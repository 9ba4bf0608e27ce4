"""The share of each label's cases that is to be noticed, and what came of it when thresholds were set.

An organisation states it by label or by kind (`scan.stated_recall`); what it leaves unsaid stands as below. It is a
goal within a burden: `classifiers.training.risk_control` sets thresholds by it, and says which of the two decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from classifiers.shares import Share
from models.base import Model
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Category, Label

FIRST_HEARD = frozenset(
    {
        Label.SELF_HARM,
        Label.THREAT_TO_LIFE,
        Label.THREAT_OF_HARM,
        Label.CHILD_AT_RISK,
        Label.DOMESTIC_ABUSE,
        Label.MEDICAL_CRISIS,
    }
)
"""Labels of which a miss costs most: more of them is to be noticed, and their thresholds are lower than the others'."""
LEAST_STATED, MOST_STATED = 0.5, 0.99
_LIFE_AT_RISK, _OTHERWISE = 0.95, 0.90


class Tried(Model):
    """One threshold, a margin of the kind: of a label's families `noticed`, at 95 % no fewer than `bound`.

    `burden`: ordinary letters in which the label would be found.
    """

    threshold: float
    noticed: Share
    bound: float
    burden: Share


class Control(Model):
    """How a label got its threshold: the highest at which `stated` is certified at 95 %, or the burden's limit.

    `tried`: from the limit, which is the lowest, up. While they were tried the other labels of the kind stood at the
    highest they may be given, so that in use no less is noticed. `enough`: whether so many families could certify it.
    """

    stated: float
    certified: bool
    enough: bool
    chosen: int
    tried: tuple[Tried, ...]

    @property
    def decided(self) -> Literal["recall", "burden"]:
        """What stopped the threshold: the recall stated, or where that cannot be certified, the burden permitted."""
        return "recall" if self.certified else "burden"

    @property
    def now(self) -> Tried:
        """The threshold in force."""
        return self.tried[self.chosen]


def kind_of(label: Label) -> str:
    """`concern`, `rights` or `conduct`: what a recall may be stated for besides a label."""
    category = CATEGORY_OF[label]
    return "concern" if category in CONCERN_CATEGORIES else "rights" if category is Category.RIGHTS else "conduct"


NAMES = (*dict.fromkeys(map(kind_of, SCORED_LABELS)), *map(str, SCORED_LABELS))
"""What a recall may be stated for."""


def check(stated: Mapping[str, float]) -> None:
    """Raises ValueError where a name is none of NAMES or a recall is out of bounds."""
    for name, recall in stated.items():
        if name not in NAMES:
            raise ValueError(f"{name!r} is no label and no kind; expected one of {', '.join(NAMES)}")
        if not LEAST_STATED <= recall <= MOST_STATED:
            raise ValueError(f"{name}: {recall} cannot be stated; expected {LEAST_STATED} to {MOST_STATED}")


def recall_of(label: Label, stated: Mapping[str, float]) -> float:
    """What is stated for the label, or else for its kind, or else by us."""
    ours = _LIFE_AT_RISK if label in FIRST_HEARD else _OTHERWISE
    return stated.get(label, stated.get(kind_of(label), ours))
