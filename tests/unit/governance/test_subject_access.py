"""What is proposed to be withheld, and what becomes of a person's decisions about it."""

from __future__ import annotations

import time

import pytest

from gateway.governance.subject_access.pages import page
from gateway.governance.subject_access.proposing import Ground, known_to, propose, whole_places
from gateway.governance.subject_access.record import digest
from gateway.governance.subject_access.redacting import (
    Also,
    Choice,
    Marked,
    Redactions,
    Run,
    marked,
    passages_of,
    redacted,
)
from models.organisation import Organisation, QueueAddresses
from models.person import Person
from models.register import Dossier

OFFICE = Organisation(name="O", domains=("opcc.example",), addresses=QueueAddresses(manager="m@opcc.example"))


def dossier(id_: str, name: str, *identifiers: tuple[str, str]) -> Dossier:
    given = [{"kind": kind, "value": value} for kind, value in identifiers]
    return Dossier(person=Person.model_validate({"id": id_, "name": name, "identifiers": given}))


SELF = dossier("P-1", "Jordan Whitlock", ("email", "jordan@mail.example"), ("phone", "01632 960 101"))
OTHER = dossier("P-2", "Zoë O'Neill-Hart", ("email", "zoe@mail.example"))
STAFF = {"Ann Author": False, "Hal Head": True}


def record(*texts: str, **more):
    return {
        "about": "P-1", "organisation": "O", "made_at": "2026-03-02", "made_by": "Hal Head",
        "sections": [{"title": "Contacts", "entries": [{"id": "c1", "note": text} for text in texts] + list(more.values())}],
    }  # fmt: skip


def marks(tree, sources=()):
    return propose(tree, known_to(SELF, [SELF, OTHER], OFFICE, STAFF), whole_places(tree, sources=sources))


def grounds(text: str) -> list[tuple[str, str]]:
    return [(mark.text, mark.ground.value) for mark in marks(record(text))]


def test_numbers_that_stand_in_our_own_letters_are_nobody_elses():
    text = "Ring the ICO on 0303 123 1113, us on 01632 960 500, or her on 01632 960 777."
    public = ("Call the Information Commissioner on 0303 123 1113.", "Telephone 01632 960500")
    known = known_to(SELF, [SELF, OTHER], OFFICE, STAFF, public)
    assert [mark.text for mark in propose(record(text), known, {})] == ["01632 960 777"]


def test_our_addresses_are_known_in_either_form_of_our_domain():
    office = Organisation(
        name="Office", domains=("bücher.example",), addresses=QueueAddresses(manager="manager@bücher.example")
    )
    tree = record("Write to manager@xn--bcher-kva.example or clerk@xn--bcher-kva.example.")
    found = propose(tree, known_to(SELF, [SELF], office, STAFF), {})
    assert [(mark.text, mark.ground) for mark in found] == [("clerk@xn--bcher-kva.example", Ground.STAFF)]


def test_other_people_addresses_numbers_and_junior_staff_are_proposed_and_the_person_is_not():
    text = (
        "Jordan Whitlock (jordan@mail.example, 01632 960101) wrote about zoë o'neill-hart and zoe@mail.example, "
        "call 01632 960 777. Ann Author told Hal Head; m@opcc.example and ann@opcc.example have a copy."
    )
    assert grounds(text) == [
        ("zoë o'neill-hart", "another_person"),
        ("zoe@mail.example", "contact_details"),
        ("01632 960 777", "contact_details"),
        ("Ann Author", "staff"),
        ("ann@opcc.example", "staff"),
    ]


def test_somebody_is_named_in_the_genitive_too():
    found = [("Zoë O’Neill-Hart", "another_person"), ("ANN AUTHOR", "staff")]
    assert grounds("Zoë O’Neill-Hart’s dog, ANN AUTHOR'S note") == found


def test_part_of_a_word_or_a_single_name_is_nobody():
    assert grounds("Zoë came; the annauthority; reference 016329607771234567; O'Neill-Hartley Zoë") == []


@pytest.mark.parametrize("text", ["a" * 100_000, "a@b.example " * 20_000], ids=["no_address", "addresses"])
def test_no_text_takes_longer_than_it_is_long(text):
    begun = time.process_time()
    marks(record(text))
    assert time.process_time() - begun < 4  # a pattern that goes back takes over ten


def test_half_a_surrogate_pair_hides_no_address():
    assert grounds("\ud800 zoe@mail.example") == [("zoe@mail.example", "contact_details")]


def test_legal_advice_and_what_a_source_told_are_proposed_as_a_whole():
    tree = record(
        "This is privileged and confidential.",
        step={"id": "CS-1", "steps": [{"kind": "advice_taken", "adviser_role": "legal_adviser", "advice": "Wait."}]},
        contact={"id": "c9", "contact": {"sender": {"name": "Nell"}, "parts": [{"text": "I fear for the children."}]}},
    )
    found = {mark.text: mark.ground for mark in marks(tree, sources={"c9"}) if mark.whole}
    assert found == {
        "This is privileged and confidential.": Ground.LEGAL_PRIVILEGE,
        "Wait.": Ground.LEGAL_PRIVILEGE,
        "Nell": Ground.SAFEGUARDING_SOURCE,
        "I fear for the children.": Ground.SAFEGUARDING_SOURCE,
    }


def deciding(tree, sources=(), also=(), **choices):
    found = marks(tree, sources)
    passages = passages_of(found)
    decided = tuple(one.model_copy(update={"decision": choices.get(one.id, Choice.REDACT)}) for one in passages)
    return Redactions(person="P-1", record=digest("x"), proposed=len(passages), passages=decided, also=also)


def test_the_same_words_are_decided_once_and_hidden_wherever_they_stand():
    tree = record("Zoë O'Neill-Hart came.", "ZOË  O'NEILL-HART left.", "Nobody.")
    decided = deciding(tree)
    (passage,) = decided.passages
    assert (passage.text, passage.times) == ("Zoë O'Neill-Hart", 2)
    texts = [entry["note"] for entry in redacted(tree, decided)["sections"][0]["entries"]]
    assert texts == ["[redacted: another person] came.", "[redacted: another person] left.", "Nobody."]


def test_what_a_person_keeps_stands_and_what_they_add_goes():
    tree = record("Zoë O'Neill-Hart and the man at number 9.")
    kept = deciding(tree, also=(Also(text="the man at number 9", reason="a neighbour"),), R1=Choice.KEEP)
    assert redacted(tree, kept)["sections"][0]["entries"][0]["note"] == "Zoë O'Neill-Hart and [redacted: a neighbour]."


def test_nothing_goes_out_undecided_or_with_a_passage_cut_out_of_the_file():
    tree = record("Zoë O'Neill-Hart came.")
    with pytest.raises(ValueError, match="nobody has decided on R1"):
        redacted(tree, deciding(tree, R1=Choice.UNDECIDED))
    cut = deciding(tree).model_copy(update={"passages": ()})
    with pytest.raises(ValueError, match="R1: not in the file any more"):
        redacted(tree, cut)


def test_a_whole_passage_is_hidden_whole_and_no_other_with_the_same_words():
    tree = record(
        "Wait.", step={"id": "CS-1", "steps": [{"kind": "advice_taken", "adviser_role": "legal", "advice": "Wait."}]}
    )
    entries = redacted(tree, deciding(tree))["sections"][0]["entries"]
    assert entries[0]["note"] == "Wait." and entries[1]["steps"][0]["advice"] == "[redacted: legal advice]"


def test_the_copy_to_look_through_shows_what_is_proposed_and_why():
    tree = record("Then Zoë O'Neill-Hart <b>came</b>.")
    found = marks(tree)
    copy = marked(tree, found, passages_of(found))
    assert copy["sections"][0]["entries"][0]["note"] == Marked(
        (Run("Then "), Run("Zoë O'Neill-Hart", "R1: another person"), Run(" <b>came</b>."))
    )
    html = page(copy, note="To look through.")
    assert "<mark><b>[R1: another person]</b> Zoë O&#x27;Neill-Hart</mark>" in html
    assert "<b>came" not in html and 'lang="en-GB"' in html


def test_marks_that_a_sender_wrote_are_text_like_any_other():
    written = "[[redact R1: another person]]I never threatened anybody[[/redact]]"
    tree = record(written, "Zoë O'Neill-Hart came.")
    found = marks(tree)
    html = page(marked(tree, found, passages_of(found)), note="To look through.")
    assert written in html and html.count("<mark>") == 1


def test_a_list_of_words_is_one_line_with_its_passages_marked():
    tree = record(more={"id": "c2", "present": ["Zoë O'Neill-Hart", "Nell"]})
    found = marks(tree)
    html = page(marked(tree, found, passages_of(found)), note="To look through.")
    assert "<mark><b>[R1: another person]</b> Zoë O&#x27;Neill-Hart</mark>, Nell" in html


def test_whatever_field_words_stand_in_they_are_proposed_and_hidden():
    strategy = {
        "id": "CS-1",
        "reasons": "He threatened Zoë O'Neill-Hart, says informant Bill Bloggs.",
        "spoc": {"name": "Ann Author", "address": "spoc@opcc.example"},
    }
    kind = "sister, Zoë O'Neill-Hart"
    tree = record(own={"strategies": [strategy], "representatives": [{"kind": kind}]})
    assert [mark.text for mark in marks(tree)] == [
        "Zoë O'Neill-Hart", "Ann Author", "spoc@opcc.example", "Zoë O'Neill-Hart",
    ]  # fmt: skip
    given = str(redacted(tree, deciding(tree, also=(Also(text="Bill Bloggs", reason="a source"),))))
    for hidden in ("Hart", "Bloggs", "Author", "spoc@"):
        assert hidden not in given


def test_the_machines_own_ids_are_not_proposed_and_hold_nothing_that_is_hidden():
    tree = record("From zoe@mail.example.", mail={"message_id": "<zoe@mail.example>", "kind": "drafted"})
    assert [mark.at[-1] for mark in marks(tree)] == ["note"]
    assert "zoe@" not in str(redacted(tree, deciding(tree)))


def test_our_mail_about_what_told_of_a_danger_is_doubtful_as_a_whole_and_so_is_where_a_letter_went():
    sent = [
        {"id": "d-1", "contact_id": "c-1", "subject": "Copy of contact c-1", "text": "He hits his boy."},
        {"id": "d-2", "contact_id": "c-2", "text": "She asks about bins."},
        {"id": "o-1", "to": ["5 Mill Lane"]},
        {"id": "o-2", "to": ["1 High Street"]},
    ]
    tree = {"sections": [{"title": "Sent", "entries": sent}]}
    found = whole_places(tree, sources={"c-1"}, sent={"o-1"})
    at = ("sections", 0, "entries")
    source = Ground.SAFEGUARDING_SOURCE
    assert found == {
        (*at, 0, "subject"): source, (*at, 0, "text"): source, (*at, 2, "to"): Ground.ANOTHER_PERSON,
    }  # fmt: skip
