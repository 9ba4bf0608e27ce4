"""What a rule adds to a decision; the decision is their sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.decision import Alert, Breach, Copy, Priority, Queue, Reason, ReviewItem

_RANK = {Priority.IMMEDIATE: 0, Priority.HIGH: 1, Priority.NORMAL: 2}


@dataclass(frozen=True)
class Consequences:
    """Copies, breaches, review items, alerts and reasons. Adding keeps the order of the rules."""

    copies: tuple[Copy, ...] = ()
    breaches: tuple[Breach, ...] = ()
    review: tuple[ReviewItem, ...] = ()
    alerts: tuple[Alert, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def __add__(self, other: Consequences) -> Consequences:
        if not (other.copies or other.breaches or other.review or other.alerts or other.reasons):
            return self  # as with most rules for most contacts
        return Consequences(
            copies=self.copies + other.copies,
            breaches=self.breaches + other.breaches,
            review=self.review + other.review,
            alerts=self.alerts + other.alerts,
            reasons=self.reasons + other.reasons,
        )

    def folded(self) -> Consequences:
        """Each copy, breach, alert and reason once; one review item a queue."""
        return Consequences(
            copies=tuple(dict.fromkeys(self.copies)),
            breaches=tuple(dict.fromkeys(self.breaches)),
            review=fold_review(self.review),
            alerts=tuple(dict.fromkeys(self.alerts)),
            reasons=tuple(dict.fromkeys(self.reasons)),
        )


def fold_review(items: tuple[ReviewItem, ...]) -> tuple[ReviewItem, ...]:
    """One item a queue, at the highest priority and the earliest due time asked for, most pressing first."""
    folded: dict[Queue, ReviewItem] = {}
    for item in items:
        have = folded.setdefault(item.queue, item)
        if have is item:
            continue
        folded[item.queue] = ReviewItem(
            queue=item.queue,
            priority=min(have.priority, item.priority, key=_RANK.__getitem__),
            due_at=min(have.due_at, item.due_at),
        )
    return tuple(sorted(folded.values(), key=_pressing))


def _pressing(item: ReviewItem) -> tuple[int, datetime]:
    return _RANK[item.priority], item.due_at
