"""Whether a text is about a known matter: what is said outright, and what must never be told the wrong way round."""

from datetime import UTC, datetime

import pytest

from classifiers.matter import judge
from models.contact import Channel, Contact, Part, Sender
from models.matter import EarlierText, Matter
from models.scan import Verdict

MATTERS = [
    Matter(
        id="M1",
        person="P1",
        reference="AB/2025/0107",
        title="Complaint about a seized greyhound",
        summary="Greyhound taken to kennels from Orchard Lane in April 2025. Not upheld.",
    ),
    Matter(
        id="M2", person="P1", title="Allotment water charges", summary="Dispute over standpipe charges at Long Meadow."
    ),
]


def contact(text: str, subject: str | None = None, part: str = "body") -> Contact:
    parts = (Part(name=part, text=text),)
    return Contact(
        id="c", channel=Channel.EMAIL, received_at=datetime(2026, 3, 2, tzinfo=UTC), subject=subject, parts=parts
    )


CASES = [
    ("I still do not accept what you decided on my greyhound and those kennels in Orchard Lane.", Verdict.SAME, "M1"),
    ("Ref AB/2025/0107. Nobody has answered me.", Verdict.SAME, "M1"),
    ("ref ab 2025 0107 please reply", Verdict.SAME, "M1"),
    ("Re: seized greyhound, kennels, Orchard Lane.", Verdict.SAME, "M1"),
    ("The standpipe charges at Long Meadow allotment are still wrong, as I said.", Verdict.SAME, "M2"),
    (
        "This isn't about the greyhound. I wish to complain about a bus driver who shut the door on my wife.",
        Verdict.NEW,
        None,
    ),
    (
        "Not the greyhound and not the standpipe at Long Meadow. I wish to complain about a bus driver who shut the "
        "door on my wife.",
        Verdict.NEW,
        None,
    ),
    (
        "Its not the greyhound this time. A bus driver shut the door on my wife and I wish to complain.",
        Verdict.NEW,
        None,
    ),
    (
        "This is a new matter. On Monday your gritting lorry scraped my gatepost and drove off up the hill.",
        Verdict.NEW,
        None,
    ),
    ("I still say the greyhound was mine. On a separate subject, the street lamp is out.", Verdict.UNCLEAR, "M1"),
    ("Ref AB/2025/0107. This is a new complaint, about the clerk on your front desk.", Verdict.UNCLEAR, "M1"),
    ("You are useless, the whole lot of you.", Verdict.UNCLEAR, None),
    ("Ring me.", Verdict.UNCLEAR, None),
    ("", Verdict.UNCLEAR, None),
]


LEARNT = [
    (
        "You told me twice that my greyhound was lawfully seized. I still do not accept it and I want the decision "
        "on the kennels looked at again.",
        Verdict.NEW,
    ),
    (
        "On Tuesday evening a van was parked over the school crossing again. Could you tell me who I should ring "
        "about it, and is there a form?",
        Verdict.SAME,
    ),
]
"""Nothing is said outright, so that the model decides; it may doubt, but must not say the verdict beside the text."""


@pytest.mark.parametrize("said", ["Not the greyhound.", "Nowt to do with the greyhound, this."])
def test_a_matter_that_is_denied_is_not_compared(said):
    denied = judge(contact(f"{said} The lamp in Mill Lane is out."), MATTERS)
    assert "greyhound" not in "".join(f"{said} The lamp"[p.start : p.end] for p in denied.passages)
    assert denied.similarity < 0.1


@pytest.mark.parametrize(("text", "wrong"), LEARNT)
def test_what_is_not_said_outright_is_never_told_the_wrong_way_round(text, wrong):
    judged = judge(contact(text), MATTERS)
    assert judged is not None
    assert judged.verdict is not wrong


@pytest.mark.parametrize(("text", "verdict", "nearest"), CASES)
def test_judge(text, verdict, nearest):
    judged = judge(contact(text), MATTERS)
    assert judged is not None
    assert judged.verdict is verdict
    if nearest is not None:
        assert judged.nearest == nearest


def test_no_matters_no_verdict():
    assert judge(contact("anything"), []) is None


def test_a_longer_reference_is_another():
    judged = judge(contact("About AB/2025/01070, nobody has answered me."), MATTERS)
    assert judged is not None
    assert judged.verdict is not Verdict.SAME


def test_quoted_text_does_not_count():
    judged = judge(contact("Ref AB/2025/0107 greyhound kennels Orchard Lane", part="quoted"), MATTERS)
    assert judged is not None
    assert judged.verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("I have now obtained the kennel's log and it is enclosed.", True),
        ("A witness has come forward who saw the van.", True),
        ("I have no new evidence, but I still say it was wrong.", False),
        ("It was wrong and I will go on saying so.", False),
    ],
)
def test_new_information(text, new):
    judged = judge(contact(text), MATTERS)
    assert judged is not None
    assert judged.new_information is new


def test_passages_point_into_the_part():
    text = "Hello. The greyhound was taken from Orchard Lane. Bye."
    judged = judge(contact(text), MATTERS)
    assert judged is not None
    assert [text[p.start : p.end] for p in judged.passages] == ["The greyhound was taken from Orchard Lane."]


def test_evidence_brought_is_cited():
    text = "Good morning. A witness has come forward who saw it all. Yours, J."
    judged = judge(contact(text), MATTERS)
    assert judged is not None
    assert "A witness has come forward who saw it all." in [text[p.start : p.end] for p in judged.passages]


FIRST = (
    "Ref AB/2025/0107. I sat in your foyer for two hours with Biscuit's collar in my bag and the young man at the desk "
    "said nobody would come down. I shall write every week until somebody does."
)


def earlier(text: str, matter: str) -> EarlierText:
    return EarlierText(matter=matter, text=text)


def test_who_writes_the_same_again_without_its_reference_means_the_same():
    again = FIRST.removeprefix("Ref AB/2025/0107. ")
    alone, with_it = (
        judge(contact(again), MATTERS),
        judge(contact(again), MATTERS, [earlier("Hello.", "M2"), earlier(FIRST, "M1")]),
    )
    assert alone is not None
    assert with_it is not None
    assert alone.verdict is Verdict.UNCLEAR
    assert (with_it.verdict, with_it.nearest) == (Verdict.SAME, "M1")


@pytest.mark.parametrize(
    "besides",
    [
        "A lamp post by the chapel steps came down on Friday with its wires bare.",
        "This is a new complaint.",
        "Who empties the dog bins at the quarry?",
    ],
)
def test_who_adds_something_to_what_they_wrote_before_is_not_taken_to_repeat_it(besides: str):
    again = f"{FIRST.removeprefix('Ref AB/2025/0107. ')} {besides}"
    judged = judge(contact(again), MATTERS, [earlier(FIRST, "M1")])
    assert judged is not None
    assert judged.verdict is not Verdict.SAME


def test_what_repeats_a_text_on_a_matter_that_is_gone_is_not_told_to_be_about_another():
    again = FIRST.removeprefix("Ref AB/2025/0107. ")
    judged = judge(contact(again), MATTERS, [earlier(FIRST, "M7")])
    assert judged is not None
    assert judged.verdict is Verdict.UNCLEAR


def test_a_very_long_message_is_judged_by_its_beginning():
    judged = judge(
        contact("Ref AB/2025/0107. Nobody has answered me. " + "Then it rained on the roof. " * 20_000), MATTERS
    )
    assert judged is not None
    assert judged.verdict is Verdict.SAME


def test_two_matters_as_near_leave_doubt():
    twins = [MATTERS[0], MATTERS[0].model_copy(update={"id": "M9", "reference": None})]
    text = "I still do not accept what you decided on my greyhound and those kennels in Orchard Lane."
    judged = judge(contact(text), twins)
    assert judged is not None
    assert judged.verdict is Verdict.UNCLEAR
    named = judge(contact(f"{text} My reference is AB/2025/0107."), twins)
    assert named is not None
    assert (named.verdict, named.nearest) == (Verdict.SAME, "M1")


def test_where_two_matters_are_as_near_none_is_named():
    alike = [
        Matter(id="M-1", person="P-1", title="Noise from the scrap yard", summary="Night work at the scrap yard."),
        Matter(id="M-2", person="P-1", title="Noise from the scrap yard", summary="Night work at the scrap yard."),
    ]
    text = Part(name="body", text="The scrap yard, again, and the night. You know which I mean.")
    contact = Contact(id="c", channel=Channel.EMAIL, received_at=datetime(2026, 3, 2, tzinfo=UTC), parts=(text,))
    verdict = judge(contact, alike)
    assert verdict is not None
    assert (verdict.verdict, verdict.nearest) == (Verdict.UNCLEAR, None)


OLD = "Ref AB/2025/0107. My greyhound was taken from Orchard Lane and you closed it. I do not accept that."
BESIDES = [
    "Separately, I should like to rent the parish hall on a Thursday for our quilting circle. What does it cost?",
    "On another subject, the lamp post by the chapel steps came down on Friday and the wires are bare. Who mends it?",
    "By the way, could you tell me which day the recycling lorry comes to Foundry Row at Christmas?",
    "New one. You've billed me for lock-up 6 at Tannery Yard, a tenant's invoice and none of mine. Could you cancel it?",
    "Then: front door lock jammed since Sunday and the porch step crumbling, wants locksmith and mason.",
    "Next - wheelie bin crushed by the recycling lorry, wants replacement delivered to Foundry Row.",
]


@pytest.mark.parametrize("joint", [" ", "\n\n"])
@pytest.mark.parametrize("other", BESIDES)
def test_an_old_matter_and_something_else_in_one_leave_doubt_and_the_new_passage_is_cited(other, joint):
    text = f"{OLD}{joint}{other}"
    judged = judge(contact(text), MATTERS[:1])
    assert judged is not None
    assert (judged.verdict, judged.nearest) == (Verdict.UNCLEAR, "M1")
    assert [text[p.start : p.end] for p in judged.passages if p.apart] == [other]


BACKGROUND = [
    "By the way, thank you for the calendar, it hangs in the kitchen.",
    "I am seventy-nine and kept a shop for forty years. It is raining and the cat will not go out.",
    "And another thing, I will not be spoken to like a child.",
    "PS. Please answer by post, the printer is broken.",
    "While I am writing, may I wish you all a happy new year.",
    "Separately, will you look again at the kennels and that lane? The greyhound was mine.",
    "Then: he rang off.",
    "Next: the greyhound and those kennels once more, wants an answer.",
    "2) New one. The greyhound's kennels were filthy.",
]


@pytest.mark.parametrize("background", BACKGROUND)
def test_a_repeat_with_thanks_moods_or_a_life_told_stays_the_same(background):
    judged = judge(contact(f"{OLD}\n\n{background}\n\nJ. Pitt"), MATTERS[:1])
    assert judged is not None
    assert judged.verdict is Verdict.SAME
    assert not any(passage.apart for passage in judged.passages)


def test_an_old_reference_in_the_subject_line_does_not_make_other_text_the_same():
    text = "Leave that for now. The swings by the river have a broken chain since the 9th. Who will mend them?"
    judged = judge(contact(text, subject="Re: AB/2025/0107"), MATTERS[:1])
    assert judged is not None
    assert judged.verdict is Verdict.UNCLEAR


KNOWN_BY_A_FEW_WORDS = [
    (None, "Orchard Lane of a Sunday: a greyhound, a flask, and a lad who whistles. Come to the kennels and hear him."),
    ("Orchard Lane", "Could somebody come on Sunday and see the lad with the flask? He whistles for a greyhound."),
]


@pytest.mark.parametrize(("subject", "text"), KNOWN_BY_A_FEW_WORDS)
def test_what_speaks_for_a_known_matter_is_never_new_on_how_it_is_written_alone(subject, text):
    judged = judge(contact(text, subject=subject), MATTERS[:1])
    assert judged is not None
    assert judged.verdict is not Verdict.NEW


def test_a_subject_line_that_names_its_place_does_not_hold_back_news_of_these_days():
    text = (
        "Last night somebody put a brick through the window of the pram shop and set off on a moped. There is glass on "
        "the pavement this morning and nobody has been. Can somebody sweep it up before school?"
    )
    judged = judge(contact(text, subject="Orchard Lane"), MATTERS[:1])
    assert judged is not None
    assert judged.verdict is Verdict.NEW


@pytest.mark.parametrize(
    "note",
    [
        "Caller re the greyhound and the kennels. Told him no.",
        "Ms Ames re standpipe charges, Long Meadow, wants a refund.",
        "The standpipe was dry at Easter.",
    ],
)
def test_a_note_that_says_hardly_more_than_what_the_matter_is_called_is_not_told_to_be_new(note: str) -> None:
    verdict = judge(contact(note, part="notes"), MATTERS)
    assert verdict is not None and verdict.verdict is not Verdict.NEW


def test_enough_said_in_not_a_word_of_the_matter_is_new_though_the_model_is_not_sure() -> None:
    text = (
        "PC Osei came to our school to speak about bikes and the children have talked of nothing else. He was patient "
        "with every one of them."
    )
    verdict = judge(contact(text), MATTERS)
    assert verdict is not None and verdict.verdict is Verdict.NEW


def test_a_line_that_says_that_it_is_something_else_is_believed() -> None:
    verdict = judge(contact("This is a new matter: the road sweeper took my wing mirror off in Bell Lane."), MATTERS)
    assert verdict is not None and verdict.verdict is Verdict.NEW


def test_a_reference_and_its_title_are_the_same_however_common_the_words():
    lights = Matter(
        id="M2", person="P1", status="open", reference="REF-2203", title="Street lights in Hill Road",
        summary="Lights that have been out since winter.",
    )  # fmt: skip
    told = judge(contact("About REF-2203: the street lights in Hill Road are still out."), [lights])
    assert (told.verdict, told.nearest) == (Verdict.SAME, "M2")
    other = judge(contact("REF-2203. On Tuesday my purse was taken from the counter at the baths."), [lights])
    assert other.verdict is Verdict.UNCLEAR


def test_what_gives_the_references_of_two_matters_is_about_neither_alone():
    car = Matter(
        id="M1", person="P1", status="concluded", reference="REF-1407", title="The seizure of a car",
        summary="Whether the car was rightly seized in May.",
    )  # fmt: skip
    lights = Matter(
        id="M2", person="P1", status="open", reference="REF-2203", title="Street lights in Hill Road",
        summary="Lights that have been out since winter.",
    )  # fmt: skip
    old = "I do not accept what you decided on the seizure of my car, REF-1407."
    assert judge(contact(old), [car, lights]).verdict is Verdict.SAME
    also = f"{old} Also, the street lights in Hill Road (REF-2203) have been out since winter and I fell last night."
    assert judge(contact(also), [car, lights]).verdict is Verdict.UNCLEAR


BUS = Matter(
    id="M1",
    person="P1",
    title="Withdrawal of the 61 bus through Askrigg",
    summary="Mrs Wrathall complained that the Sunday journeys of bus 61 were taken off. Not upheld.",
)


def test_a_greeting_beside_the_matters_own_words_is_nothing_else():
    judged = judge(contact("Dear Jean\n\nWhen is the 61 coming back to Askrigg? That's all.", subject="61"), [BUS])
    assert judged is not None
    assert judged.verdict is Verdict.SAME


def test_the_writers_own_name_is_no_likeness():
    text = "Could you tell me which day the tip opens, and whether it takes paint? Ivy Wrathall"
    unsigned = contact(text)
    signed = unsigned.model_copy(update={"sender": Sender(name="Ivy Wrathall")})
    without, own = judge(unsigned, [BUS]), judge(signed, [BUS])
    assert without is not None
    assert own is not None
    assert without.similarity > 0.5
    assert own.similarity < 0.1


SHED = Matter(
    id="M3",
    person="P1",
    title="Review of complaint about the garden shed burglary investigation",
    summary="Complaint that the burglary of her shed at Lingford was closed without collecting the CCTV from the Co-op. "
    "Review not upheld.",
)


@pytest.mark.parametrize("refused", ["The form will not let me past page 2.", "Your system won't let us log in."])
def test_a_form_that_will_not_let_somebody_on_refuses_no_answer(refused: str) -> None:
    text = (
        "The Co-op at Lingford have offered our knitting group their upstairs room and we would like to apply for £400."
    )
    verdict = judge(contact(f"{text} {refused}"), [SHED])
    assert verdict is not None
    assert verdict.verdict is not Verdict.SAME


def test_who_will_not_let_a_matter_rest_speaks_of_an_answer() -> None:
    text = "The Co-op at Lingford had the shed burglary on its CCTV and I will not let it rest."
    verdict = judge(contact(text), [SHED])
    assert verdict is not None
    assert verdict.verdict is Verdict.SAME


VAN = Matter(
    id="M1", person="P1", status="concluded", reference="CR/2025/0123", title="Review about a vehicle seizure",
    summary="Review of how the force dealt with a seized van; closed.",
)  # fmt: skip
BADGE = Matter(
    id="M2", person="P1", status="open", reference="CR/2025/0999", title="Parking badge",
    summary="An application for a parking badge in Redcar.",
)  # fmt: skip
LAMP = Matter(id="M3", person="P1", status="open", reference="CR/2025/0777", title="Street lamp in Mill Lane")
COMES, BUS_DOOR = "When will the parking badge come?", "A bus driver shut the door on my wife on Monday."
GOES_ON = "You stole my van. The seizure was unlawful and I still do not accept your review of how you seized it."
ONE_GIVEN_ONE_DENIED = [
    # what is written, the verdict, what is the nearest
    (f"I am writing about CR/2025/0999 and not about CR/2025/0123, which is closed. {COMES}", Verdict.SAME, "M2"),
    (f"This is not about CR/2025/0123 but about CR/2025/0999. {COMES}", Verdict.SAME, "M2"),
    (f"It's not about CR/2025/0123, it's about CR/2025/0999. {COMES}", Verdict.SAME, "M2"),
    (f"This has nothing to do with CR/2025/0123 and concerns CR/2025/0999. {COMES}", Verdict.SAME, "M2"),
    (f"Not about CR/2025/0777 or CR/2025/0123 but CR/2025/0999. {COMES}", Verdict.SAME, "M2"),
    (f"I am writing about CR/2025/0999, not CR/2025/0123. {COMES}", Verdict.UNCLEAR, "M2"),
    # Not the one alone, but both; and whoever goes on about what it is not about.
    (f"This is not about CR/2025/0123 only, but also about CR/2025/0999. {COMES}", Verdict.UNCLEAR, "M2"),
    (f"I am writing about CR/2025/0999 and not about CR/2025/0123. {GOES_ON}", Verdict.UNCLEAR, "M2"),
    (f"I am writing about CR/2025/0123 and not about CR/2025/0123. {COMES}", Verdict.UNCLEAR, "M1"),
    # Nothing is given where everything is denied, or what stands first is what it is said of.
    (f"This is not about CR/2025/0123 and CR/2025/0999. {BUS_DOOR}", Verdict.NEW, None),
    (f"CR/2025/0123 has nothing to do with this. {BUS_DOOR}", Verdict.NEW, None),
    (f"CR/2025/0123 is not about CR/2025/0999. {BUS_DOOR}", Verdict.NEW, None),
    (f"CR/2025/0123, which you did not answer, has nothing to do with CR/2025/0999. {BUS_DOOR}", Verdict.NEW, None),
    (f"This is not about CR/2025/0123. {BUS_DOOR}", Verdict.NEW, None),
]


@pytest.mark.parametrize(("text", "verdict", "nearest"), ONE_GIVEN_ONE_DENIED)
def test_a_reference_beside_one_that_is_denied_is_given(text: str, verdict: Verdict, nearest: str | None) -> None:
    judged = judge(contact(text), [VAN, BADGE, LAMP])
    assert judged is not None
    assert judged.verdict is verdict
    assert nearest is None or judged.nearest == nearest
