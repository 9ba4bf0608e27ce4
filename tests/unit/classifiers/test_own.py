"""An organisation's own lines: what reviews and background mail become, and where it must not end up."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from classifiers.authored import Corpus, Item, Kind, Side, clusters, sides
from classifiers.own import counted, is_own, of_mail, of_review, tells_rates
from classifiers.training import semantic
from models.contact import Channel, Contact, Part
from models.decision import Judgement
from models.finding import CATEGORY_OF, Category, Evidence, Finding, Label, Urgency

BODY = "Thank you for your letter. He said he would burn my house down, and my mother is in it. The bins are late."
THREAT = "He said he would burn my house down, and my mother is in it."
CONFIRMED, DISMISSED = Judgement.CONFIRMED, Judgement.DISMISSED


def contact(*parts: Part, subject: str | None = None) -> Contact:
    return Contact(
        id="c1", channel=Channel.EMAIL, received_at=datetime(2026, 3, 2, tzinfo=UTC), parts=parts, subject=subject
    )


def finding(label: Label, quote: str, *, text: str = BODY, part: str = "body", by: str = "fast") -> Finding:
    start = text.index(quote)
    shown = Evidence(part=part, start=start, end=start + len(quote), quote=quote, by=by)
    return Finding(
        category=CATEGORY_OF[label],
        label=label,
        score=0.9,
        threshold=0.5,
        urgency=Urgency.SAME_DAY,
        evidence=(shown,),
    )


LETTER = contact(Part(name="body", text=BODY))


def test_a_confirmed_finding_teaches_the_whole_sentence_its_label():
    by_rule = finding(Label.THREAT_OF_HARM, "burn my house down", by="lexicon:threat.burn")
    [line] = of_review(LETTER, (by_rule,), {Category.CRIMINAL: CONFIRMED})
    assert (line.text, line.labels, line.kind) == (THREAT, (Label.THREAT_OF_HARM,), Kind.CONCERN)
    assert (line.family, line.urgency, line.near) == ("own-c1", Urgency.SAME_DAY, ())


def test_a_dismissed_finding_teaches_what_its_sentence_only_resembles():
    [line] = of_review(LETTER, (finding(Label.THREAT_OF_HARM, THREAT),), {Category.CRIMINAL: DISMISSED})
    assert (line.text, line.labels, line.near, line.kind) == (THREAT, (), (Label.THREAT_OF_HARM,), Kind.CONTRAST)


def test_a_sentence_with_two_findings_is_one_line():
    found = (finding(Label.THREAT_OF_HARM, THREAT), finding(Label.CRIME_REPORT, "burn my house"))
    [line] = of_review(LETTER, found, {Category.CRIMINAL: CONFIRMED})
    assert line.labels == (Label.THREAT_OF_HARM, Label.CRIME_REPORT)


def test_what_one_queue_confirms_another_does_not_make_harmless():
    found = (finding(Label.THREAT_OF_HARM, THREAT), finding(Label.ADULT_AT_RISK, THREAT))
    [line] = of_review(LETTER, found, {Category.CRIMINAL: CONFIRMED, Category.SAFEGUARDING: DISMISSED})
    assert (line.labels, line.near) == ((Label.THREAT_OF_HARM,), ())


def test_only_findings_of_judged_categories_teach():
    found = (finding(Label.THREAT_OF_HARM, THREAT), finding(Label.COMPLAINT, "The bins are late."))
    [line] = of_review(LETTER, found, {Category.RIGHTS: CONFIRMED})
    assert (line.text, line.kind) == ("The bins are late.", Kind.RIGHTS)
    assert of_review(LETTER, found, {}) == ()


def test_evidence_in_the_subject_and_in_one_of_two_parts_of_a_name():
    subject = "He will burn my house down. Help"
    parts = (Part(name="quoted", text="Something else."), Part(name="quoted", text=BODY))
    found = (
        finding(Label.THREAT_OF_HARM, "burn my house down", text=subject, part="subject"),
        finding(Label.THREAT_OF_HARM, "burn my house down", part="quoted"),
    )
    lines = of_review(contact(*parts, subject=subject), found, {Category.CRIMINAL: CONFIRMED})
    assert [line.text for line in lines] == ["He will burn my house down.", THREAT]


def test_evidence_whose_text_is_gone_teaches_its_quote():
    [line] = of_review(contact(), (finding(Label.THREAT_OF_HARM, THREAT),), {Category.CRIMINAL: CONFIRMED})
    assert line.text == THREAT


def test_a_message_is_a_harmless_letter_by_its_body_alone():
    line = of_mail(contact(Part(name="body", text=f" {BODY}\n"), Part(name="signature", text="Tom"), subject="Hello"))
    assert line is not None
    assert (line.text, line.kind, line.labels) == (BODY, Kind.HOST, ())
    assert of_mail(LETTER) == line
    assert of_mail(contact(Part(name="attachment:a.pdf", text="x"))) is None


REVIEWED = of_review(LETTER, (finding(Label.THREAT_OF_HARM, THREAT),), {Category.CRIMINAL: CONFIRMED})
MAIL = of_mail(LETTER)
assert MAIL is not None
OWN = (*REVIEWED, MAIL, Item(text="No.", kind=Kind.CONTRAST, family="own-c2", near=(Label.CRIME_REPORT,)))
AUTHORED = Item(text="I will burn it down.", labels=(Label.THREAT_OF_HARM,), kind=Kind.CONCERN, family="f1")


def test_own_lines_are_counted_by_sort():
    assert counted(OWN).model_dump() == {"confirmed": 1, "dismissed": 1, "background": 1}


def test_only_what_the_scan_did_not_choose_tells_rates():
    assert [tells_rates(item) for item in (*OWN, AUTHORED)] == [False, True, False, True]
    assert [is_own(item.family) for item in (*OWN, AUTHORED)] == [True, True, True, False]


def test_own_lines_are_never_of_the_locked_test_and_move_no_authored_line():
    corpus = Corpus(tuple(AUTHORED.model_copy(update={"family": f"f{n}"}) for n in range(50)), (), "0" * 64)
    more = corpus.with_lines(OWN)
    assert sides(more.items, 7)[:50] == sides(corpus.items, 7)
    assert clusters(more.items)[:50] == clusters(corpus.items)
    assert Side.TEST not in sides(more.items, 7)[50:]


def test_the_digest_is_of_the_lines_whatever_their_order():
    corpus = Corpus((AUTHORED,), (), "0" * 64)
    assert corpus.with_lines(()) == corpus
    assert corpus.with_lines(OWN) == corpus.with_lines(OWN[::-1])
    assert len({corpus.digest, corpus.with_lines(OWN).digest, corpus.with_lines(OWN[1:]).digest}) == 3


WRITTEN = (
    AUTHORED,
    AUTHORED.model_copy(update={"family": "f2", "text": "He burns it.", "labels": (Label.CRIME_REPORT,)}),
    Item(text="Send me my file.", labels=(Label.SUBJECT_ACCESS_REQUEST,), kind=Kind.RIGHTS, family="r1"),
    Item(text="You are a fool.", labels=(Label.ABUSIVE,), kind=Kind.CONDUCT, family="k1"),
)


def embed(texts):
    """The second number of a vector says whether the text is one of the written ones."""
    written = [float(any(text == item.text for item in WRITTEN)) for text in texts]
    return np.array([[0.5, own, len(text) / 1000] for text, own in zip(texts, written, strict=True)], np.float32)


def test_the_bank_and_the_prototypes_hold_authored_texts_alone():
    lesson = semantic._lesson(Corpus(WRITTEN, (), "").with_lines(OWN), 1)
    chosen = np.ones(len(lesson.items), dtype=np.bool_)
    made = semantic._heads(lesson, chosen, embed)
    assert [item.family for item in semantic._prototypes(lesson, chosen)] == ["f1", "f2", "r1", "k1"]
    assert (made.bank[:, 1] == 127).tolist() == [True] * 4
    assert made.source.tolist() == [0, 1, 2, 3]
