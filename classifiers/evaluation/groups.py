"""The groups of labels that figures are told of."""

from __future__ import annotations

from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Category, Label

ANY_CONCERN = "any concern"


def _of(*categories: Category) -> tuple[Label, ...]:
    return tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] in categories)


GROUPS: dict[str, tuple[Label, ...]] = {
    ANY_CONCERN: _of(*CONCERN_CATEGORIES),
    "criminal": _of(Category.CRIMINAL),
    "safeguarding": _of(Category.SAFEGUARDING),
    "rights": _of(Category.RIGHTS),
    "conduct": _of(Category.CONDUCT),
}

KIND_OF: dict[Label, str] = {
    label: name for name in (ANY_CONCERN, "rights", "conduct") for label in SCORED_LABELS if label in GROUPS[name]
}
"""The group in which a label is noticed, if perhaps by a neighbour's name."""
