"""What the rules add up to: each thing once, and one review item a queue."""

from __future__ import annotations

from itertools import permutations

from deciding import at

from models.decision import Alert, Breach, Copy, Reason, ReviewItem
from routing.consequences import Consequences, fold_review


def item(queue, priority, due):
    return ReviewItem(queue=queue, priority=priority, due_at=at(f"2026-03-{due:02d}T09:00:00Z"))


def test_the_highest_priority_and_the_earliest_due_time():
    items = [item("spoc", "normal", 4), item("spoc", "high", 5), item("spoc", "normal", 3)]
    for order in permutations(items):
        assert fold_review(order) == (item("spoc", "high", 3),)
    urgent = item("spoc", "immediate", 9)
    assert fold_review((items[1], urgent)) == fold_review((urgent, items[1])) == (item("spoc", "immediate", 5),)


def test_the_most_pressing_first():
    items = [
        item("spoc", "normal", 2),
        item("rights", "normal", 1),
        item("intake", "high", 9),
        item("criminal", "immediate", 9),
    ]
    for order in permutations(items):
        assert [one.queue.value for one in fold_review(order)] == ["criminal", "intake", "rights", "spoc"]


def test_sums_keep_their_order_and_folding_keeps_each_once():
    copy, other = Copy(queue="rights", to="a@x"), Copy(queue="spoc", to="a@x")
    breach = Breach(strategy="S1", restriction="R1", kind="spoc_only")
    alert, told = (
        Alert(kind="breach", urgency="same_day", to=("a@x",)),
        Alert(kind="breach", urgency="routine", to=("a@x",)),
    )
    reason, also = Reason(rule="concern", text="a"), Reason(rule="concern", text="b")
    one = Consequences((copy,), (breach,), (item("spoc", "normal", 4),), (alert,), (reason,))
    two = Consequences((other, copy), (breach,), (item("spoc", "high", 5),), (told, alert), (also, reason))
    assert (one + two) == Consequences(
        (copy, other, copy),
        (breach, breach),
        (item("spoc", "normal", 4), item("spoc", "high", 5)),
        (alert, told, alert),
        (reason, also, reason),
    )
    assert (one + two).folded() == Consequences(
        (copy, other), (breach,), (item("spoc", "high", 4),), (alert, told), (reason, also)
    )
    assert Consequences() + Consequences() == Consequences()
