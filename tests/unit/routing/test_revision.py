"""A later look may only add (CONTRACT §6)."""

from __future__ import annotations

from deciding import CHIEF, NEW, SAME, decided, dossier, email, everything, finding

from models.decision import Reply
from models.finding import Evidence
from routing.revision import later_revision

ONE = dossier(everything({"kind": "spoc_only"}, {"kind": "same_matter_filed"}))


def test_the_first_look_stands_and_the_second_adds():
    first = decided(email(), ONE)
    again = decided(email(), ONE, findings=[finding("self_harm", "immediate"), "foi_request"], matter=NEW)
    later = later_revision(first, again)
    assert later.revision == 1
    assert later.deliveries == first.deliveries
    assert later.breaches == first.breaches != again.breaches
    assert later.matter == first.matter
    assert later.findings == again.findings
    assert {item.queue.value for item in later.review} == {"safeguarding", "spoc", "rights"}
    assert later.review[0].queue == "safeguarding"
    assert set(later.alerts) == set(first.alerts) | set(again.alerts)
    assert later.copies == again.copies
    assert later.reasons[: len(first.reasons)] == first.reasons
    assert set(again.reasons) <= set(later.reasons)
    assert later.scan == again.scan
    assert later.versions == again.versions
    assert later_revision(later, first).revision == 2


def test_nothing_is_taken_away():
    first = decided(email(), ONE, findings=[finding("self_harm", "immediate"), "foi_request"])
    again = decided(email(), dossier(), findings=[])
    later = later_revision(first, again)
    for name in ("findings", "copies", "breaches", "review", "alerts", "reasons", "deliveries", "strategies"):
        assert set(getattr(first, name)) == set(getattr(later, name)), name
    assert later.reply == first.reply


def test_a_breach_seen_late_is_added():
    first, again = decided(email(), dossier()), decided(email(), ONE)
    later = later_revision(first, again)
    assert later.breaches == again.breaches
    assert later.strategies == ("S1",)
    assert later.deliveries[0].to == CHIEF


def test_one_finding_a_label_with_the_stronger_of_both():
    weak = finding("self_harm", "routine", "one").model_copy(update={"score": 0.6})
    strong = finding("self_harm", "same_day", "two").model_copy(update={"score": 0.8})
    one, two = decided(email(), findings=[weak, "abusive"]), decided(email(), findings=[strong])
    for first, again in ((one, two), (two, one)):
        merged = next(f for f in later_revision(first, again).findings if f.label == "self_harm")
        assert (merged.score, merged.urgency.value) == (0.8, "same_day")
        assert {evidence.quote for evidence in merged.evidence} == {"one", "two"}
        assert all(isinstance(evidence, Evidence) for evidence in merged.evidence)
    assert [f.label.value for f in later_revision(one, two).findings] == ["self_harm", "abusive"]


def test_a_later_look_explains_what_an_earlier_one_cited():
    bare = finding("self_harm", "routine", "one")
    (piece,) = bare.evidence
    told = bare.model_copy(
        update={
            "at_risk": "my brother",
            "evidence": (piece.model_copy(update={"like": "an example", "because": "a meaning"}),),
        }
    )
    for first, again in ((bare, told), (told, bare)):
        (merged,) = later_revision(decided(email(), findings=[first]), decided(email(), findings=[again])).findings
        assert merged == told


def test_who_is_at_risk_stays_as_first_said():
    first, again = (
        decided(email(), findings=[finding("self_harm", "routine", "one").model_copy(update={"at_risk": who})])
        for who in ("the writer", "my brother")
    )
    assert later_revision(first, again).findings[0].at_risk == "the writer"


def test_a_due_reply_stays_due_by_its_earliest_date():
    filed, cycle = (
        decided(email(), ONE),
        decided(email(), dossier(everything({"kind": "reply_cycle", "every": "P14D"}))),
    )
    right = decided(email(), ONE, findings=["foi_request"], matter=SAME)
    assert filed.reply == Reply(due=False)
    assert later_revision(filed, right).reply == right.reply
    assert later_revision(right, filed).reply == right.reply
    assert later_revision(cycle, right).reply == cycle.reply
    assert later_revision(filed, filed).reply == Reply(due=False)
