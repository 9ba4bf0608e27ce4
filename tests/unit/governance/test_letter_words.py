"""What letters say: for every pack, purpose and layout, all that the policy wants, in words that people understand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.faults import YamlFileError
from gateway.governance.challenges.file import fold
from gateway.governance.challenges.steps import Outcome
from gateway.governance.courses import CHALLENGE
from gateway.governance.demands.occasion import tells_of_the_end
from gateway.governance.demands.telling import of_letter
from gateway.governance.lacks import Refused
from gateway.governance.letters.brief import Brief, Given
from gateway.governance.letters.facts import facts_of
from gateway.governance.letters.in_part import OF_OTHERS, in_part, told_of
from gateway.governance.letters.layouts import layout_for
from gateway.governance.letters.page import address_lines, text_of
from gateway.governance.letters.placeholders import FACTS
from gateway.governance.letters.steps import LetterPurpose, OwnWords
from gateway.governance.letters.wording import Wording
from gateway.governance.steps import ReviewOutcome
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import after
from gateway.governance.strategy_fold import fold as fold_strategy
from models.person import Adjustment, Representative
from models.policy import EMERGENCY_ROUTE
from models.policy_course import Layout, NoticePart
from models.restriction import KINDS, CallWindow, ChannelBlocked, ChannelOnly, ContactLimit, Slot
from models.strategy import Spoc, Strategy, StrategyScope, StrategyStatus
from tests.case_files import pack as pack_of
from tests.case_files import step as case_step
from tests.governing import MONDAY, PERSON, draft
from tests.governing import situation as governing_situation
from tests.governing import step as governing_step
from tests.lettering import EVERY_KIND, PACKS, TEMPLATES, TOLD_OF, brief, file_for, written

_ASKED = {
    LetterPurpose.REMINDER: {NoticePart.REASONS: Given("You called us nine times on Monday.")},
    LetterPurpose.CHALLENGE_OUTCOME: {NoticePart.REASONS: Given("We think that the decision was fair.")},
}
_IN_EVERY_NOTICE = set(NoticePart) - {NoticePart.POLICY_COPY}


def said(made: Any) -> dict[NoticePart, str]:
    return {passage.part: passage.text for passage in written(made).passages}


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("purpose", LetterPurpose)
@pytest.mark.parametrize("id_", PACKS)
def test_every_letter_of_every_pack_is_whole(id_: str, purpose: LetterPurpose, layout: Layout) -> None:
    made = brief(pack_of(id_), purpose, layout, given=_ASKED.get(purpose, {}))
    letter = written(made)
    assert list(of_letter(made.file, letter, made.situation)) == []
    text = text_of(letter)
    assert not re.search(r"[{}]|None", text), text
    assert "999" in text
    assert all(len(passage.text) >= 3 and passage.heading for passage in letter.passages)
    if purpose is LetterPurpose.NOTICE:
        parts = {passage.part for passage in letter.passages}
        assert parts >= _IN_EVERY_NOTICE
        assert (NoticePart.POLICY_COPY in parts) == (NoticePart.POLICY_COPY in made.situation.rules.notice.parts)
    else:
        assert NoticePart.RIGHTS in {passage.part for passage in letter.passages}


@pytest.mark.parametrize("id_", PACKS)
def test_a_notice_names_dates_people_and_where_to_complain(id_: str) -> None:
    pack = pack_of(id_)
    parts = said(brief(pack, file=file_for(pack, LetterPurpose.NOTICE, restrictions=(EVERY_KIND["spoc_only"],))))
    assert "29 August 2026" in parts[NoticePart.ENDS]
    assert "21 May 2026" in parts[NoticePart.REVIEW_DATE]
    assert "Pat Contact" in parts[NoticePart.RESTRICTIONS]
    assert "“A seized car”" in parts[NoticePart.THIS_MATTER_ONLY]
    assert "rights@council.example" in parts[NoticePart.RIGHTS]
    assert "CV4 0EH" in parts[NoticePart.OMBUDSMAN]
    assert all(body.partition(",")[0] in parts[NoticePart.OMBUDSMAN] for body in pack.life.dispute.onward)
    assert "24 months" in parts[NoticePart.DATA_USE]
    if pack.life.dispute.to:
        assert "appeals@council.example" in parts[NoticePart.DISPUTE]
    if pack.life.dispute.window:
        assert f"within {pack.life.dispute.window} working days of" in parts[NoticePart.DISPUTE]
    else:
        assert "working days of" not in parts[NoticePart.DISPUTE]


def test_what_does_not_arise_is_not_said() -> None:
    pack = pack_of("generic")
    parts = said(brief(pack, file=file_for(pack, LetterPurpose.NOTICE, ends=None, scope="organisation", matters=())))
    assert NoticePart.ENDS not in parts
    assert NoticePart.THIS_MATTER_ONLY not in parts


def test_a_change_tells_of_the_restrictions_to_come_and_why() -> None:
    pack = pack_of("cleveland")
    parts = said(brief(pack, LetterPurpose.CHANGE))
    assert parts[NoticePart.REASONS] == "Things are better now."
    assert parts[NoticePart.RESTRICTIONS].count("\n- ") == 1


@pytest.mark.parametrize("id_", PACKS)
def test_a_letter_tells_the_person_in_sentences_what_they_did(id_: str) -> None:
    pack = pack_of(id_)
    every = tuple(one.id for one in pack.life.behaviours)
    file = file_for(pack, LetterPurpose.NOTICE, behaviours=every)
    for layout in Layout:
        told = said(brief(pack, layout=layout, file=file))[NoticePart.BEHAVIOUR]
        items = [line.removeprefix("- ") for line in told.splitlines() if line.startswith("- ")]
        assert len(items) == len(every)
        assert all(re.fullmatch(r"(You|After) .*\byou\b.*\.|You .*\.", item) for item in items), items
        assert all(len(item.split()) <= 22 for item in items), items


@pytest.mark.parametrize("id_", PACKS)
def test_easy_read_tells_what_somebody_did_in_short_sentences(id_: str) -> None:
    pack = pack_of(id_)
    file = file_for(pack, LetterPurpose.NOTICE, behaviours=tuple(one.id for one in pack.life.behaviours))
    told = said(brief(pack, layout=Layout.EASY_READ, file=file))[NoticePart.BEHAVIOUR]
    items = [line.removeprefix("- ") for line in told.splitlines() if line.startswith("- ")]
    assert len(items) == len(pack.life.behaviours)
    for sentence in (sentence for item in items for sentence in item.split(". ")):
        assert len(sentence.split()) <= 12 and "," not in sentence, sentence


def test_easy_read_asks_for_reasons_that_can_be_read_easily() -> None:
    pack = pack_of("wealden")
    long = "Between January and March there were forty calls, most of which lasted over an hour and had no new content."
    file = file_for(pack, LetterPurpose.NOTICE, reasons=long, impact="It took a day.")
    made = brief(pack, layout=Layout.EASY_READ, file=file)
    with pytest.raises(Refused, match='sentences of at most 15 words: --passage reasons="…"'):
        written(made)
    with pytest.raises(Refused, match="at most 15 words"):
        written(replace(made, given={NoticePart.REASONS: Given("You called us.", adds=True)}))
    own = replace(made, given={NoticePart.REASONS: Given("You called us forty times.")})
    assert said(own)[NoticePart.REASONS] == "You called us forty times."
    assert long in said(replace(made, layout=Layout.STANDARD))[NoticePart.REASONS]


@pytest.mark.parametrize("layout", Layout)
def test_a_letter_says_in_which_role_somebody_decided_what_it_tells_of(layout: Layout) -> None:
    pack = pack_of("cleveland")
    head = {"by": "Hed", "role": "head_of_standards"}
    notice = file_for(pack, LetterPurpose.NOTICE)
    decided = after(notice, governing_step("acted", act="decided", completes=True, **head))
    by_head = "This was decided by the Head of Standards, Scrutiny and Accountability."
    assert by_head in said(brief(pack, layout=layout, file=decided))[NoticePart.PURPOSE]
    assert "decided by" not in said(brief(pack, layout=layout, file=notice))[NoticePart.PURPOSE]
    asked = after(notice, governing_step("acted", act="consulted", by="Lin", role="line_manager"))
    assert "decided by" not in said(brief(pack, layout=layout, file=asked))[NoticePart.PURPOSE]
    active = file_for(pack, LetterPurpose.REMINDER)
    for purpose, step in (
        (LetterPurpose.CHANGE, governing_step("changed", restrictions=active.restrictions[:1], reasons="So.", **head)),
        (LetterPurpose.EXTENSION, governing_step("extended", ends=date(2027, 3, 1), reasons="So.", **head)),
        (
            LetterPurpose.REVIEW_OUTCOME,
            governing_step("reviewed", outcome="continue", reasons="So.", next_review=date(2026, 6, 1), **head),
        ),
    ):
        told = said(brief(pack, purpose, layout, file=after(active, step)))[NoticePart.PURPOSE]
        assert by_head in told, purpose


@pytest.mark.parametrize("layout", Layout)
def test_a_change_that_holds_already_says_so(layout: Layout) -> None:
    pack = pack_of("generic")
    stricter = file_for(pack, LetterPurpose.CHANGE, restrictions=(EVERY_KIND["spoc_only"],))
    changed = governing_step("changed", restrictions=(EVERY_KIND["call_script"],), reasons="He rings at night.")
    waits = after(stricter, changed)
    told = said(brief(pack, LetterPurpose.CHANGE, layout, file=waits))[NoticePart.PURPOSE]
    assert "starts when you get" in told and "has started" not in told
    told = said(brief(pack, LetterPurpose.CHANGE, layout))[NoticePart.PURPOSE]
    assert "has started" in told and "starts when you get" not in told and "fewer rules" in told
    in_force = after(waits, governing_step("change_in_force"))
    told = said(brief(pack, LetterPurpose.CHANGE, layout, file=in_force))[NoticePart.PURPOSE]
    assert "has started" in told and "starts when you get" not in told and "fewer" not in told


@pytest.mark.parametrize("layout", Layout)
def test_nobody_is_told_to_keep_to_what_an_adjustment_eases(layout: Layout) -> None:
    pack = pack_of("generic")
    exempts = Adjustment(id="A1", need="She writes by form", exempts=("webform", "telephone"))
    varies = Adjustment(id="A2", need="Slow speech", varies=({"restriction": "R-limit", "count": 5},))
    eased = {"person": PERSON.model_copy(update={"adjustments": (exempts, varies)})}
    restrictions = (
        ChannelBlocked(id="R-block", kind="channel_blocked", channels=("webform", "social_media")),
        ContactLimit(id="R-limit", kind="contact_limit", channels=("email",), count=2),
        EVERY_KIND["call_window"],
        EVERY_KIND["call_duration"],
    )
    file = file_for(pack, LetterPurpose.NOTICE, restrictions=restrictions)
    told = said(brief(pack, layout=layout, file=file, here=eased))[NoticePart.RESTRICTIONS]
    items = [line for line in told.splitlines() if line.startswith("- ")]
    assert len(items) == 2 and "social media" in items[0] and "5 times" in items[1]
    assert "form" not in " ".join(items) and "call" not in " ".join(items)
    assert re.search("(None of this holds|still use).* our online form or telephone", told)
    only = file_for(pack, LetterPurpose.NOTICE, restrictions=(EVERY_KIND["channel_only"],))
    told = said(brief(pack, layout=layout, file=only, here=eased))[NoticePart.RESTRICTIONS]
    assert "only by email, letter, our online form or telephone" in told
    ordered = file_for(pack, LetterPurpose.NOTICE, restrictions=(*restrictions, EVERY_KIND["injunction"]))
    told = said(brief(pack, layout=layout, file=ordered, here=eased))[NoticePart.RESTRICTIONS]
    assert "A court has made an order" in told and not re.search("None of this holds|still use", told)


def test_an_authors_words_replace_or_follow_the_usual_ones() -> None:
    pack = pack_of("generic")
    own = said(brief(pack, given={NoticePart.REASONS: Given("Because."), NoticePart.ENDS: Given("In May.", adds=True)}))
    assert own[NoticePart.REASONS] == "Because."
    assert own[NoticePart.ENDS].startswith("This ends on") and own[NoticePart.ENDS].endswith("\n\nIn May.")


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("text", ["", "Send us a fax."])
def test_neither_a_pack_nor_an_author_puts_other_words_in_place_of_the_emergency_route(
    text: str, layout: Layout
) -> None:
    pack = pack_of("cleveland").model_copy(update={"emergency_text": text})
    assert said(brief(pack, layout=layout))[NoticePart.EMERGENCY].startswith(f"{EMERGENCY_ROUTE} {text}".strip())
    theirs = {NoticePart.EMERGENCY: Given("Do write to us.")}
    route = said(brief(pack, layout=layout, given=theirs))[NoticePart.EMERGENCY]
    assert route == f"{EMERGENCY_ROUTE} {text}".strip() + "\n\nDo write to us."


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
@pytest.mark.parametrize(
    ("outcome", "over", "says", "not_said"),
    [
        ("stands", False, "stay", "It ended|They ended"),
        ("changed", False, "change", "no longer|any more"),
        ("lifted", False, "ill write", "It ended|They ended"),
        ("lifted", True, "ended on 2 March 2026", "ill write"),
    ],
)
def test_the_answer_to_a_challenge_says_by_itself_what_was_decided(
    layout: Layout, outcome: str, over: bool, says: str, not_said: str
) -> None:
    first = case_step(CHALLENGE, "received", on=MONDAY, about="CS-1", person="P-001", reasons="It is not true.")
    decided = case_step(CHALLENGE, "decided", "Rae Reviewer", outcome=outcome, reasons="Looked at again.")
    purpose, pack = LetterPurpose.CHALLENGE_OUTCOME, pack_of("stoke")
    file = replace(file_for(pack, purpose), id="CS-1", ended_on=MONDAY if over else None)
    around: dict[str, Any] = {"file": file, "given": _ASKED[purpose]}
    purpose_said = said(brief(pack, purpose, layout, here={"besides": (fold("CH-1", (first, decided)),)}, **around))
    text = purpose_said[NoticePart.PURPOSE]
    assert says in text and not re.search(not_said, text)
    with pytest.raises(Refused, match="no challenge of it is decided"):
        written(brief(pack, purpose, layout, here={"besides": (fold("CH-1", (first,)),)}, **around))


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
@pytest.mark.parametrize(
    ("ends", "says"),
    [
        (MONDAY - timedelta(days=1), "1 March 2026"),
        (MONDAY + timedelta(days=1), "2 March 2026"),
        (None, "2 March 2026"),
    ],
)
def test_an_end_letter_names_the_last_day_that_they_were_held_and_not_that_of_the_record(
    layout: Layout, ends: date | None, says: str
) -> None:
    pack = pack_of("generic")
    file = replace(file_for(pack, LetterPurpose.END), ends=ends)
    assert file.ended_on == MONDAY
    text = said(brief(pack, LetterPurpose.END, layout, file=file))[NoticePart.PURPOSE]
    assert f"ended on {says}" in " ".join(text.split())
    withdrawn = replace(file, standing=Standing.WITHDRAWN)
    assert withdrawn.held_until == MONDAY


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
@pytest.mark.parametrize(
    ("by", "allowed", "says", "not_said"),
    [
        ("Rae Reviewer", False, "(did not make|Someone new)", "took part|Someone else|someone else"),
        ("hal  head", True, "(agreement of someone else, a person who took part|took part.*Someone else agreed)",
         "did not make|Someone new"),
        ("Ann Author", False, "took part in the decision", "did not make|Someone new|omeone else"),
    ],
)  # fmt: skip
def test_the_answer_to_a_challenge_says_who_looked_again(
    layout: Layout, by: str, allowed: bool, says: str, not_said: str
) -> None:
    before = {"author": "Ann Author", "decider": "Hal Head"}
    first = case_step(CHALLENGE, "received", on=MONDAY, about="CS-1", person="P-001", reasons="It is not so.", **before)
    allow = case_step(CHALLENGE, "reviewer_allowed", "Rae Reviewer", name="Hal Head", reason="There is one only")
    decided = case_step(CHALLENGE, "decided", by, outcome="stands", reasons="Looked at again.")
    purpose, pack = LetterPurpose.CHALLENGE_OUTCOME, pack_of("stoke")
    file = replace(file_for(pack, purpose), id="CS-1")
    challenge = fold("CH-1", (first, *((allow,) if allowed else ()), decided))
    made = brief(pack, purpose, layout, here={"besides": (challenge,)}, file=file, given=_ASKED[purpose])
    text = said(made)[NoticePart.PURPOSE]
    assert re.search(says, text, re.DOTALL) and not re.search(not_said, text)
    assert ("This is why: There is one only." in text) is allowed


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
@pytest.mark.parametrize(("at", "by_another"), [(MONDAY, False), (MONDAY + timedelta(days=1), True)])
def test_nobody_reads_that_somebody_else_looked_again_where_whoever_tightened_it_did(
    layout: Layout, at: date, by_another: bool
) -> None:
    """What the reviewer does after they decided carries that out."""
    received = case_step(
        CHALLENGE, "received", on=MONDAY, about="CS-1", person="P-001", reasons="No.", decider="Hal Head"
    )
    decided = case_step(CHALLENGE, "decided", "Di Rector", outcome="changed", reasons="Looked at again.")
    purpose, pack = LetterPurpose.CHALLENGE_OUTCOME, pack_of("stoke")
    before = file_for(pack, purpose)
    changed = governing_step(
        "changed", "Di Rector", at, restrictions=before.restrictions, reasons="Three more letters."
    )
    file = fold_strategy("CS-1", [*before.steps, changed])
    here = {"besides": (fold("CH-1", (received, decided)),)}
    text = said(brief(pack, purpose, layout, here=here, file=file, given=_ASKED[purpose]))[NoticePart.PURPOSE]
    assert bool(re.search("did not make|Someone new", text)) is by_another
    assert ("took part in the decision" in text) is not by_another


@pytest.mark.parametrize("layout", Layout)
def test_of_two_challenges_each_has_its_own_answer(layout: Layout) -> None:
    pack = pack_of("stoke")
    (first,) = TOLD_OF[LetterPurpose.CHALLENGE_OUTCOME]
    received, later = first.steps[0].model_copy(update={"on": date(2026, 3, 4)}), timedelta(days=1)
    lifted = first.steps[1].model_copy(update={"at": first.steps[1].at + later, "outcome": Outcome.LIFTED})
    second = fold("CH-2", [received, lifted])
    here = {"besides": (first, second)}

    def answer(challenge: str | None, **more: Any) -> str:
        made = brief(
            pack,
            LetterPurpose.CHALLENGE_OUTCOME,
            layout,
            here={**here, **more},
            given=_ASKED[LetterPurpose.CHALLENGE_OUTCOME],
        )
        return " ".join(text_of(written(replace(made, challenge=challenge))).split())

    kept = "stay as it is" if layout is not Layout.EASY_READ else "The rules stay the same."
    assert kept in answer("CH-1") and "on 2 March 2026." in answer("CH-1")
    for last in ("CH-2", None):
        assert kept not in answer(last) and "on 4 March 2026." in answer(last)
    assert "more than once" not in answer(None, besides=(first,))
    with pytest.raises(Refused, match="CH-3 is no challenge of CS-1 that is decided"):
        answer("CH-3")
    notice = brief(pack, LetterPurpose.NOTICE, layout, here={"besides": (first,)})
    with pytest.raises(Refused, match="only a letter of purpose `challenge_outcome` is about a challenge"):
        written(replace(notice, challenge="CH-1"))


def test_the_parts_that_hold_words_of_the_file_are_told_from_the_others() -> None:
    pack = pack_of("cleveland")
    for kind, held in (("contact_agreement", {"reasons", "restrictions"}), ("spoc_only", {"reasons"})):
        file = replace(file_for(pack, LetterPurpose.NOTICE), restrictions=(EVERY_KIND[kind],))
        passages = written(brief(pack, layout=Layout.EASY_READ, file=file)).passages
        assert {passage.part.value for passage in passages if passage.words_of_file} == held


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
def test_a_notice_names_every_role_to_which_a_dispute_may_go(layout: Layout) -> None:
    pack = pack_of("cleveland")
    dispute = pack.life.dispute.model_copy(update={"to": ("chief_executive", "head_of_standards")})
    made = pack.model_copy(update={"life": pack.life.model_copy(update={"dispute": dispute})})
    text = said(brief(made, layout=layout))[NoticePart.DISPUTE]
    assert re.search(r"rite to the Chief Executive or the Head of Standards\b", text)


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
@pytest.mark.parametrize("name", ["cleveland", "generic", "staffordshire", "stoke", "warwickshire", "wealden"])
def test_a_notice_promises_another_reviewer_no_more_than_the_policy_does(name: str, layout: Layout) -> None:
    pack = pack_of(name)
    text = said(brief(pack, layout=layout))[NoticePart.DISPUTE]
    assert ("we will tell you why" in text) is bool(pack.life.dispute.to)
    assert bool(re.search("(As a rule, someone who did not make|Someone new).*look at it", text)) is bool(
        pack.life.dispute.to
    )
    anybody = pack.life.model_copy(update={"dispute": pack.life.dispute.model_copy(update={"not_by": ("author",)})})
    text = said(brief(pack.model_copy(update={"life": anybody}), layout=layout))[NoticePart.DISPUTE]
    assert not re.search("did not make|Someone new|tell you why", text)


@pytest.mark.parametrize(
    ("pack", "part"),
    [
        ("cleveland", "restrictions"),
        ("cleveland", "this_matter_only"),
        ("cleveland", "fresh_matters"),
        ("cleveland", "rights"),
        ("cleveland", "review_date"),
        ("cleveland", "dispute"),
        ("wealden", "ends"),
        ("wealden", "ombudsman"),
        ("stoke", "data_use"),
        ("warwickshire", "purpose"),
        ("warwickshire", "behaviour"),
        ("warwickshire", "effect"),
        ("warwickshire", "non_compliance"),
        ("staffordshire", "policy_copy"),
    ],
)
def test_an_authors_words_never_stand_in_the_place_of_what_a_letter_must_tell(pack: str, part: str) -> None:
    here = NoticePart(part)
    with pytest.raises(Refused, match=rf"`{part}` has words that it must say; .* --passage {part}\+="):
        written(brief(pack_of(pack), given={here: Given("You have none.")}))
    usual = said(brief(pack_of(pack)))[here]
    assert said(brief(pack_of(pack), given={here: Given("One more.", adds=True)}))[here] == f"{usual}\n\nOne more."
    if here is NoticePart.BEHAVIOUR:  # the file may name none
        unnamed = file_for(pack_of(pack), LetterPurpose.NOTICE, behaviours=())
        assert said(brief(pack_of(pack), file=unnamed, given={here: Given("You rang.")}))[here] == "You rang."


_OFFICE = "Example House, 1 Example Street, Stafford, ST16 1AA"


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("name", PACKS)
def test_whoever_may_only_write_by_post_is_given_a_postal_address_for_everything(name: str, layout: Layout) -> None:
    pack = pack_of(name)
    by_post = (ChannelOnly(id="R1", kind="channel_only", channels=("letter",)), EVERY_KIND["spoc_only"])
    file = file_for(pack, LetterPurpose.NOTICE, restrictions=by_post)
    parts = said(brief(pack, layout=layout, file=file))
    text = "\n".join(text for part, text in parts.items() if part is not NoticePart.EMERGENCY)
    assert "@" not in text
    for part in (NoticePart.RESTRICTIONS, NoticePart.RIGHTS, NoticePart.DISPUTE):
        assert _OFFICE in parts[part] and "01632" not in parts[part], part
    by_email = file_for(pack, LetterPurpose.NOTICE, restrictions=by_post[1:])
    assert "rights@council.example" in said(brief(pack, layout=layout, file=by_email))[NoticePart.RIGHTS]
    with pytest.raises(
        Refused, match=r"by post only; put the office's postal address into the setting letters\.sender"
    ):
        written(brief(pack, layout=layout, file=file, sender=()))


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
@pytest.mark.parametrize(
    ("barring", "kinds", "not_said"),
    [
        (
            ChannelBlocked(id="B", kind="channel_blocked", channels=("email",)),
            ["dedicated_address"],
            "email us|email only",
        ),
        (ChannelOnly(id="B", kind="channel_only", channels=("telephone",)), ["spoc_only"], r"[Ww]rite to|@"),
        (
            ChannelOnly(id="B", kind="channel_only", channels=("letter",)),
            ["call_window", "call_duration", "visits_by_appointment", "designated_premises"],
            r"call us|call with|visit",
        ),
        (EVERY_KIND["injunction"], ["dedicated_address", "call_duration"], r"email us|email only|call with"),
    ],
)
def test_no_sentence_says_how_to_use_what_another_takes_away(
    barring: Any, kinds: list[str], not_said: str, layout: Layout
) -> None:
    pack = pack_of("generic")
    using = tuple(EVERY_KIND[kind] for kind in kinds)
    both, alone = (file_for(pack, LetterPurpose.NOTICE, restrictions=one) for one in ((barring, *using), using))
    assert re.search(not_said, said(brief(pack, layout=layout, file=alone))[NoticePart.RESTRICTIONS])
    told = said(brief(pack, layout=layout, file=both))[NoticePart.RESTRICTIONS]
    assert told.startswith("From now on:\n\n- ") and not re.search(not_said, told), told


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
def test_where_email_goes_to_one_address_the_single_point_of_contact_is_reached_there(layout: Layout) -> None:
    pack, kinds = pack_of("generic"), ("spoc_only", "dedicated_address")
    file = file_for(pack, LetterPurpose.NOTICE, restrictions=tuple(EVERY_KIND[kind] for kind in kinds))
    told = said(brief(pack, layout=layout, file=file))[NoticePart.RESTRICTIONS]
    assert re.search(r"rite to spoc@council\.example", told) and "spoc@opcc.example" not in told


def test_a_letter_knows_which_parts_have_an_authors_own_words() -> None:
    given = {
        NoticePart.REASONS: Given("We had forty calls."),
        NoticePart.RIGHTS: Given("Bring a friend.", adds=True),
    }
    own = {
        one.part: one.own_words for one in written(brief(pack_of("cleveland"), given=given)).passages if one.own_words
    }
    assert own == {
        NoticePart.REASONS: OwnWords.INSTEAD,
        NoticePart.RIGHTS: OwnWords.ADDED,
    }


def test_what_only_the_author_knows_is_asked_of_them() -> None:
    for purpose in (LetterPurpose.REMINDER, LetterPurpose.CHALLENGE_OUTCOME):
        with pytest.raises(Refused, match='--passage reasons="…"'):
            written(brief(pack_of("generic"), purpose))


LATER = MONDAY + timedelta(days=60)


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("layout", Layout)
def test_the_notice_of_what_is_taken_up_again_tells_of_the_evidence_and_that_it_is_not_the_first(
    layout: Layout, name: str
) -> None:
    pack = pack_of(name)
    file = file_for(pack, LetterPurpose.NOTICE, reasons="Forty calls in February.")
    role = pack.life.approvals[-1].roles[0]
    again = governing_step("reinstated", by="Hed", role=role, evidence="Nine calls.", review_due=LATER, ends=LATER)
    first, anew = (said(brief(pack, layout=layout, file=one)) for one in (file, after(file, again)))
    assert re.match(
        r"Nine calls\.\s.*These were our reasons before:\s+Forty calls in February\.", anew["reasons"], re.S
    )
    assert re.search("wrote to you before|There were rules before", anew["purpose"]) and "again" in anew["purpose"]
    assert not re.search("before|again", first["purpose"]) and "before" not in first["reasons"]
    assert pack.life.roles[role].removeprefix("the ") in anew["purpose"]


def test_a_placeholder_in_somebodys_words_is_left_as_it_is() -> None:
    pack = pack_of("generic")
    file = file_for(pack, LetterPurpose.NOTICE, reasons="They wrote {name} and {nothing}.")
    assert said(brief(pack, file=file))[NoticePart.REASONS] == "They wrote {name} and {nothing}."


@pytest.mark.parametrize("layout", [Layout.STANDARD, Layout.EASY_READ])
def test_every_kind_of_restriction_has_words(layout: Layout) -> None:
    assert set(EVERY_KIND) == set(KINDS)
    pack = pack_of("generic")
    for kind, restriction in EVERY_KIND.items():
        parts = said(brief(pack, layout=layout, file=file_for(pack, LetterPurpose.NOTICE, restrictions=(restriction,))))
        items = [line for line in parts[NoticePart.RESTRICTIONS].splitlines() if line.startswith("- ")]
        assert items and all(len(item) > 10 for item in items), kind


_SAYS = {
    "spoc_only": "Please contact only Pat Contact, who is your single point of contact. You can write to"
    " spoc@opcc.example.",
    "call_window": "You may call us on Tuesdays between 10:00 and 12:00. Please call no more than once in each of these"
    " times.",
    "contact_limit": "You may contact us by email up to twice a week.",
    "channel_blocked": "Please do not contact us by telephone or visiting us.",
    "premises_ban": "Please do not come to the Town Hall or the library.",
    "reply_cycle": "We will reply to you once every month. We will deal with all that you have sent in one reply.",
    "injunction": "A court has made an order about your contact with us. It says so. You may still contact us by"
    " letter.",
}


def test_more_than_one_day_of_a_month_is_told_day_by_day() -> None:
    slot = Slot.model_validate({"days": ["mon", "thu"], "ordinal": 1, "from": "10:00", "until": "11:00"})
    window = CallWindow(id="R", kind="call_window", slots=(slot,))
    pack = pack_of("generic")
    told = said(brief(pack, file=file_for(pack, LetterPurpose.NOTICE, restrictions=(window,))))
    assert "on the first Monday and the first Thursday of each month between 10:00 and 11:00" in told["restrictions"]


@pytest.mark.parametrize("kind", _SAYS)
def test_a_restriction_is_one_plain_sentence_or_two(kind: str) -> None:
    pack = pack_of("generic")
    file = file_for(pack, LetterPurpose.NOTICE, restrictions=(EVERY_KIND[kind],))
    assert f"- {_SAYS[kind]}" in said(brief(pack, file=file))[NoticePart.RESTRICTIONS].splitlines()


def test_the_words_suit_a_reader_of_eleven() -> None:
    pack = pack_of("generic")
    file = file_for(pack, LetterPurpose.NOTICE, restrictions=(EVERY_KIND["spoc_only"],))
    for purpose in LetterPurpose:
        whole = file if purpose is LetterPurpose.NOTICE else None
        passages = written(brief(pack, purpose, file=whole, given=_ASKED.get(purpose, {}))).passages
        own = [passage.text for passage in passages if passage.part not in (NoticePart.OMBUDSMAN, NoticePart.BEHAVIOUR)]
        assert _grade(" ".join(own)) < 5.5, purpose


def test_easy_read_has_one_short_idea_a_line() -> None:
    for purpose in LetterPurpose:
        made = brief(pack_of("generic"), purpose, Layout.EASY_READ, given=_ASKED.get(purpose, {}))
        for passage in written(made).passages:
            # The policy's own words, and names with addresses, are as long as they are.
            if passage.part in (NoticePart.BEHAVIOUR, NoticePart.OMBUDSMAN, NoticePart.EMERGENCY, NoticePart.REASONS):
                continue
            for line in filter(None, passage.text.splitlines()):
                assert len(line.removeprefix("- ").split()) <= 15, line


@pytest.mark.parametrize("layout", Layout)
def test_a_contact_without_restrictions_is_told_of_in_a_warning_and_not_in_a_notice(layout: Layout) -> None:
    pack = pack_of("warwickshire")
    soft = file_for(pack, LetterPurpose.WARNING, soft=True, restrictions=(), behaviours=())
    told = said(brief(pack, LetterPurpose.WARNING, layout, file=soft))[NoticePart.EFFECT]
    assert "Pat Contact" in told and "rite to spoc@opcc.example" in told
    assert "Pat Contact" not in said(brief(pack, LetterPurpose.WARNING, layout))[NoticePart.EFFECT]
    with pytest.raises(Refused, match=r"^it has no restrictions to give notice of"):
        written(brief(pack, layout=layout, file=soft))
    bare = file_for(pack, LetterPurpose.NOTICE, restrictions=())
    with pytest.raises(Refused, match="nothing on the file says `restrictions`"):
        written(brief(pack, layout=layout, file=bare))


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("outcome", ["continue", "lift"])
def test_the_review_of_a_contact_without_restrictions_tells_who_it_still_is(layout: Layout, outcome: str) -> None:
    pack = pack_of("warwickshire")
    soft = file_for(pack, LetterPurpose.REVIEW_OUTCOME, soft=True, restrictions=(), behaviours=())
    looked = governing_step("reviewed", outcome=outcome, reasons="It helps.", next_review=date(2026, 6, 1))
    told = said(brief(pack, LetterPurpose.REVIEW_OUTCOME, layout, file=after(soft, looked)))
    if outcome == "lift":
        assert NoticePart.RESTRICTIONS not in told
    else:
        assert "Pat Contact" in told[NoticePart.RESTRICTIONS]
        assert "spoc@opcc.example" in told[NoticePart.RESTRICTIONS]
        assert "this is how" not in told[NoticePart.RESTRICTIONS]


@pytest.mark.parametrize("layout", Layout)
def test_another_contact_without_restrictions_is_told_by_name_and_sets_no_rules(layout: Layout) -> None:
    """Warwickshire 7.1: the person is told of changes."""
    pack = pack_of("warwickshire")
    first = file_for(pack, LetterPurpose.REVIEW_OUTCOME, soft=True, restrictions=(), behaviours=())
    other = Spoc(name="New Contact", address="new@opcc.example", deputy="deputy@opcc.example", phones=("01926 1",))
    changed = governing_step("changed", restrictions=(), reasons="Pat Contact has left.", spoc=other)
    made = brief(pack, LetterPurpose.CHANGE, layout, file=after(first, changed))
    told = said(made)
    assert list(of_letter(made.file, written(made), made.situation)) == []
    for words in ("New Contact", "new@opcc.example", "01926 1"):
        assert words in told[NoticePart.RESTRICTIONS]
    assert "Pat Contact has left." in told[NoticePart.REASONS]
    assert "as you do now" in told[NoticePart.EFFECT]
    assert "started" in told[NoticePart.PURPOSE]
    text = " ".join(text_of(written(made)).split())
    for ruled in ("fewer rules", "not in line", "a reply to it", "not always answer", "pass it to", "in place of"):
        assert ruled not in text


@pytest.mark.parametrize("layout", Layout)
def test_the_end_of_a_contact_without_restrictions_lifts_none(layout: Layout) -> None:
    pack = pack_of("warwickshire")
    letter = written(
        brief(pack, LetterPurpose.END, layout, file=file_for(pack, LetterPurpose.END, soft=True, restrictions=()))
    )
    text = text_of(letter)
    assert "no longer" in text
    assert "You can contact us as you do now." in text
    for lifted in ("usual way again", "anyone else", "rules ended", "rules have ended"):
        assert lifted not in text
    assert letter.head is not None
    assert letter.head.title.startswith("A change to how you")


_OTHER = Strategy(
    id="CS-2",
    person="P-001",
    status=StrategyStatus.ACTIVE,
    matters=("M-002",),
    starts=MONDAY,
    notified_on=MONDAY,
    spoc=Spoc(name="Chris Contact", address="chris@council.example", deputy="deputy@council.example"),
    restrictions=(EVERY_KIND["spoc_only"], EVERY_KIND["premises_ban"]),
)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("purpose", [LetterPurpose.WARNING, LetterPurpose.END])
@pytest.mark.parametrize("soft", [False, True])
def test_a_letter_says_what_holds_by_another_strategy_and_never_that_nothing_does(
    purpose: LetterPurpose, layout: Layout, *, soft: bool
) -> None:
    pack = pack_of("wealden")
    file = file_for(pack, purpose, **({"soft": True, "restrictions": ()} if soft else {}))
    nothing = ("We have not set any rules", "We have not made any rules", "as anyone else", "like anyone else")
    nothing += ("usual way", "The rules ended", "The rules have ended")
    with_other = text_of(written(brief(pack, purpose, layout, file=file, here={"strategies": (_OTHER,)})))
    assert not [words for words in nothing if words in with_other]
    assert "Please contact only Chris Contact" in " ".join(with_other.split())
    assert "the library" in with_other
    assert "A lost letter" in " ".join(with_other.split())
    over = [
        _OTHER.model_copy(update={"status": StrategyStatus.ENDED}),
        _OTHER.model_copy(update={"status": StrategyStatus.APPROVED, "notified_on": None}),
        _OTHER.model_copy(update={"ends": date(2026, 3, 1)}),
        _OTHER.model_copy(update={"restrictions": ()}),
        _OTHER.model_copy(update={"id": "CS-1"}),
    ]
    for one in over:
        alone = text_of(written(brief(pack, purpose, layout, file=file, here={"strategies": (one,)})))
        assert "Chris Contact" not in alone
        assert "still hold" not in alone


_TOLD = _OTHER.model_copy(update={"status": StrategyStatus.APPROVED, "notified_on": MONDAY + timedelta(days=2)})


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("purpose", [LetterPurpose.WARNING, LetterPurpose.END])
@pytest.mark.parametrize(
    ("other", "first"),
    [
        (_TOLD, "4 March 2026"),
        (_TOLD.model_copy(update={"starts": date(2026, 3, 9)}), "9 March 2026"),
        (_TOLD.model_copy(update={"notified_on": date(2026, 2, 2), "starts": None}), "2 March 2026"),
    ],
)
def test_a_letter_says_of_what_the_person_was_told_from_when_it_may_hold(
    purpose: LetterPurpose, layout: Layout, other: Strategy, first: str
) -> None:
    """Nobody reads that they may contact us like anyone else who was given notice of the contrary."""
    pack = pack_of("wealden")
    letter = written(brief(pack, purpose, layout, here={"strategies": (other,)}))
    text = " ".join(text_of(letter).split())
    assert f"{first} at the earliest" in text or f"{first} or later" in text
    assert "Please contact only Chris Contact" in text and "A lost letter" in text
    nothing = ("We have not set any rules", "We have not made any rules", "usual way again", "rules have ended")
    assert not [words for words in nothing if words in text]
    free = [words for words in ("as anyone else", "like anyone else", "as you do now") if words in text]
    assert all(f"Until then you can contact us {words}" in text.replace("in the same way ", "") for words in free)
    assert bool(free) is (first != "2 March 2026")


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("purpose", [LetterPurpose.WARNING, LetterPurpose.END])
@pytest.mark.parametrize("other", [_OTHER, _TOLD])
def test_who_needs_not_know_of_another_strategy_reads_that_it_is_told_of_and_not_what_it_asks(
    purpose: LetterPurpose, layout: Layout, other: Strategy
) -> None:
    letter = written(brief(pack_of("wealden"), purpose, layout, here={"strategies": (other,)}))
    whole, part = (" ".join(text_of(one).split()) for one in (letter, in_part(letter)))
    for secret in ("Chris Contact", "chris@council.example", "library", "A lost letter"):
        assert secret in whole and secret not in part
    assert OF_OTHERS in part and OF_OTHERS not in whole
    alone = written(brief(pack_of("wealden"), purpose, layout))
    assert in_part(alone.model_copy(update={"beside": ()})).passages == alone.passages


def _over(purpose: LetterPurpose, outcome: Outcome | None, layout: Layout, *, ended: bool, **here: Any) -> Brief:
    """What a letter is made from that says of a strategy that it is over, or will be."""
    pack = pack_of("wealden")
    file = file_for(pack, purpose)
    if purpose is LetterPurpose.REVIEW_OUTCOME:
        file = after(file, governing_step("reviewed", outcome="lift", reasons="It is calm now."))
    if ended:
        file = after(file, governing_step("ended", reasons="It is no longer needed."))
    (answer,) = TOLD_OF[LetterPurpose.CHALLENGE_OUTCOME]
    if outcome is not None:
        decided = answer.steps[1].model_copy(update={"outcome": outcome})
        here["besides"] = (fold("CH-1", [answer.steps[0], decided]),)
    given = _ASKED.get(purpose, {})
    return brief(pack, purpose, layout, file=file, here=here, given=given)


_SAYING_THAT_IT_IS_OVER = [
    (LetterPurpose.REVIEW_OUTCOME, None, False),
    (LetterPurpose.CHALLENGE_OUTCOME, Outcome.LIFTED, False),
    *((LetterPurpose.CHALLENGE_OUTCOME, outcome, True) for outcome in Outcome),
]


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("other", [_OTHER, _TOLD])
@pytest.mark.parametrize(("purpose", "outcome", "ended"), _SAYING_THAT_IT_IS_OVER)
def test_what_says_that_a_strategy_is_over_says_what_else_holds(
    purpose: LetterPurpose, outcome: Outcome | None, ended: bool, other: Strategy, layout: Layout
) -> None:
    """Whoever read that the rules are over would be in breach of the others with the next call."""
    letter = written(_over(purpose, outcome, layout, ended=ended, strategies=(other,)))
    text = " ".join(text_of(letter).split())
    assert "Please contact only Chris Contact" in text and "A lost letter" in text
    assert "(here it says" not in text and "Chris Contact" not in text_of(in_part(letter))
    free = re.findall(r"[^.]*(?:as|like) anyone else", text.replace("as we would for anyone else", ""))
    assert all("Until then" in one for one in free) and (ended or not free)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("outcome", Outcome)
def test_an_answer_to_a_challenge_after_the_end_tells_of_the_end(outcome: Outcome, layout: Layout) -> None:
    purpose = LetterPurpose.CHALLENGE_OUTCOME
    letter = written(_over(purpose, outcome, layout, ended=True))
    text = " ".join(text_of(letter).split())
    assert tells_of_the_end(letter)
    assert re.search("in the same way as anyone else again|contact us like anyone else", text)
    assert not re.search("should stay as it is|The rules stay the same|We will write to you", text)
    before = written(_over(purpose, outcome, layout, ended=False))
    assert not tells_of_the_end(before)
    assert not re.search("as anyone else|like anyone else", text_of(before))


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("outcome", Outcome)
def test_an_answer_about_what_was_withdrawn_says_that_it_does_not_hold(outcome: Outcome, layout: Layout) -> None:
    """What never came into force did not end, stays in no way as it is, and is not told of again."""
    challenged = _over(LetterPurpose.CHALLENGE_OUTCOME, outcome, layout, ended=False)
    before = fold_strategy("CS-1", [step for step in challenged.file.steps if step.kind != "activated"])
    file = after(before, governing_step("withdrawn", reasons="Lifted on challenge."))
    text = " ".join(text_of(written(replace(challenged, file=file))).split())
    assert re.search("[Ww]e took (it|them) back on 2 March 2026", text)
    assert re.search("in the same way as anyone else again|contact us like anyone else", text)
    assert not re.search(
        "([Ii]t|They|but it has) ended,? on|They have ended now|stay as it is|rules stay the same|We will write to you",
        text,
    )


@pytest.mark.parametrize("layout", Layout)
def test_an_answer_after_the_change_was_made_promises_none(layout: Layout) -> None:
    challenged = _over(LetterPurpose.CHALLENGE_OUTCOME, Outcome.CHANGED, layout, ended=False)
    promise, done = "We will write to you about what will change", "(That has been done|We have changed the rules)"
    text = " ".join(text_of(written(challenged)).split())
    assert promise in text and not re.search(done, text)
    milder = challenged.file.restrictions[1:]
    changed = governing_step("changed", at=MONDAY + timedelta(days=9), restrictions=milder, reasons="As decided.")
    made = replace(challenged, file=after(challenged.file, changed))
    # Whether it is what was decided, nobody who hears challenges has said yet.
    since = " ".join(text_of(written(made)).split())
    assert re.search("It has been changed since|The rules have changed since then", since)
    assert promise not in since and not re.search(done, since)
    (challenge,) = challenged.situation.besides
    said = case_step(CHALLENGE, "carried_out", "Rae Reviewer", at=MONDAY + timedelta(days=9), note="As decided.")
    carried = replace(challenged.situation, besides=(fold("CH-1", (*challenge.steps, said)),))
    text = " ".join(text_of(written(replace(made, situation=carried))).split())
    assert re.search(done, text) and promise not in text


@pytest.mark.parametrize("layout", Layout)
def test_an_answer_that_it_stands_says_where_it_was_altered_since(layout: Layout) -> None:
    challenged = _over(LetterPurpose.CHALLENGE_OUTCOME, Outcome.STANDS, layout, ended=False)
    same, altered = "stay as it is|The rules stay the same", "altered since|have changed since then"
    text = " ".join(text_of(written(challenged)).split())
    assert re.search(same, text) and not re.search(altered, text)
    milder = challenged.file.restrictions[1:]
    changed = governing_step("changed", at=MONDAY + timedelta(days=9), restrictions=milder, reasons="Enough.")
    text = " ".join(text_of(written(replace(challenged, file=after(challenged.file, changed)))).split())
    assert re.search(altered, text) and not re.search("stay as it is|The rules stay the same", text)


@pytest.mark.parametrize("layout", Layout)
def test_a_letter_about_a_review_promises_no_change_that_was_made(layout: Layout) -> None:
    purpose, pack = LetterPurpose.REVIEW_OUTCOME, pack_of("stoke")
    review = governing_step("reviewed", outcome="change", reasons="Less will do.", next_review=date(2026, 6, 1))
    reviewed = after(fold_strategy("CS-1", file_for(pack, purpose).steps[:-1]), review)
    promise, done = "We will write to you about what will change", "(That has been done|We have changed the rules)"

    def text(file: StrategyFile) -> str:
        return " ".join(
            text_of(written(brief(pack, purpose, layout, file=file, given=_ASKED.get(purpose, {})))).split()
        )

    assert promise in text(reviewed) and not re.search(done, text(reviewed))
    fewer = governing_step("changed", restrictions=reviewed.restrictions[1:], reasons="As the review says.")
    assert promise not in text(after(reviewed, fewer)) and re.search(done, text(after(reviewed, fewer)))


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("outcome", Outcome)
def test_an_answer_about_what_is_suspended_says_that_it_holds_nobody_now(outcome: Outcome, layout: Layout) -> None:
    challenged = _over(LetterPurpose.CHALLENGE_OUTCOME, outcome, layout, ended=False)
    file = after(challenged.file, governing_step("suspended", reason="She has not read it."))

    def answer(**here: Any) -> str:
        made = replace(challenged, file=file, situation=replace(challenged.situation, **here))
        return " ".join(text_of(written(made)).split())

    text, lifted = answer(), outcome is Outcome.LIFTED
    assert re.search("it does not hold, because|The rules do not hold now", text)
    assert bool(re.search("holds? again only (once|when)", text)) is not lifted
    assert len(re.findall("(in the same way as|like) anyone else", text)) == 1
    beside = answer(strategies=(_OTHER,))
    assert "Please contact only Chris Contact" in beside
    assert not re.search("contact us (in the same way as|like) anyone else", beside)
    assert re.search("Until then you can contact us (in the same way as|like) anyone", answer(strategies=(_TOLD,)))
    in_force = " ".join(text_of(written(challenged)).split())
    assert not re.search("does not hold|do not hold|anyone else", in_force)


@pytest.mark.parametrize("layout", Layout)
def test_two_challenges_of_one_day_are_told_apart(layout: Layout) -> None:
    (one,) = TOLD_OF[LetterPurpose.CHALLENGE_OUTCOME]
    same_day, other_day = (
        fold("CH-2", [one.steps[0].model_copy(update={"on": one.received.on - timedelta(days=days)})])
        for days in (0, 1)
    )
    purpose, pack = LetterPurpose.CHALLENGE_OUTCOME, pack_of("wealden")
    for besides, named in (((one, same_day), True), ((one, other_day), False), ((one,), False)):
        made = brief(pack, purpose, layout, here={"besides": besides}, given=_ASKED[purpose])
        text = said(made)[NoticePart.PURPOSE]
        assert ("CH-1" in text) is named
        assert ("more than once" in text) is (len(besides) > 1)


def test_of_a_letter_from_before_it_named_the_others_the_whole_part_is_kept_back() -> None:
    letter = written(brief(pack_of("wealden"), LetterPurpose.END, here={"strategies": (_OTHER,)}))
    before = tuple(one.model_copy(update={"in_part": None}) for one in letter.passages)
    old = letter.model_copy(update={"beside": None, "passages": before})
    file = fold_strategy("CS-1", (draft(), old))
    around = governing_situation(strategies=(_OTHER,))
    assert told_of(file, old, around) == ("CS-2",)
    assert told_of(file, old, governing_situation()) == ()
    assert "Chris Contact" not in text_of(in_part(old))


def test_a_lead_without_a_list_is_left_out_and_what_the_policy_wants_said_is_asked_for() -> None:
    nothing = {"behaviours": ()}
    free = written(
        brief(pack_of("staffordshire"), file=file_for(pack_of("staffordshire"), LetterPurpose.NOTICE, **nothing))
    )
    assert NoticePart.BEHAVIOUR not in {passage.part for passage in free.passages}
    bound = pack_of("warwickshire")
    with pytest.raises(
        Refused, match=r"nothing on the file says `behaviour`, which the letter must: --passage behaviour="
    ):
        written(brief(bound, file=file_for(bound, LetterPurpose.NOTICE, **nothing)))


def test_nothing_in_the_words_is_a_threat_or_office_speech() -> None:
    text = (TEMPLATES / "base.yaml").read_text("utf-8").lower()
    text = re.sub(r'(?m)^ {4}".*":$', "", text)  # a pack's sentence, which easy read says in other words
    for word in ("must", "failure", "comply", "legal action", "consequence", "pursuant", "hereby", "unacceptable"):
        assert word not in re.sub(r"#.*", "", text), word


def test_the_layout_is_the_one_that_somebody_asked_for() -> None:
    assert layout_for(PERSON) is Layout.LARGE_PRINT
    easy = PERSON.model_copy(update={"adjustments": (Adjustment(id="A", need="Easy-read letters, please"),)})
    assert layout_for(easy) is Layout.EASY_READ
    assert layout_for(PERSON.model_copy(update={"adjustments": ()})) is Layout.STANDARD


def test_facts_are_all_that_a_template_may_name() -> None:
    assert set(facts_of(brief(pack_of("generic")), (), Wording((), {}))) == FACTS


def test_a_template_that_names_what_is_not_there_does_not_load(tmp_path: Any) -> None:
    (tmp_path / "base.yaml").write_text('parts:\n  ends:\n    - "It ends on {end_day}."\n', "utf-8")
    with pytest.raises(YamlFileError, match=r"base\.yaml:3: parts\.ends\[0\].*end_day"):
        Wording.load(tmp_path, "generic", Layout.STANDARD)


def test_a_pack_says_some_things_in_its_own_words() -> None:
    assert "persistent or unreasonable status" in said(brief(pack_of("stoke")))[NoticePart.PURPOSE]
    assert "look at what you tell us" in said(brief(pack_of("wealden")))[NoticePart.DISPUTE]


def test_nobody_who_is_gone_from_the_register_is_written_to() -> None:
    made = brief(pack_of("generic"))
    with pytest.raises(Refused, match="no longer knows P-001"):
        written(replace(made, situation=replace(made.situation, person=None)))


def test_a_postal_address_is_read_line_by_line() -> None:
    lines = ("Jordan Example", "1 High Street", "Stafford", "ST16 1AA")
    assert address_lines("Jordan Example", "1 High Street, Stafford, ST16 1AA") == lines
    assert address_lines("Jordan Example", "Jordan Example\n1 High Street\nStafford\nST16 1AA\n") == lines
    assert address_lines("Jordan Example", "1 High Street, Stafford ST16 1AA") == lines


def test_a_letter_after_a_review_says_what_was_decided() -> None:
    pack = pack_of("generic")
    file = file_for(pack, LetterPurpose.REVIEW_OUTCOME)
    assert file.last_review is not None
    lifted = replace(
        file, last_review=file.last_review.model_copy(update={"outcome": ReviewOutcome.LIFT, "next_review": None})
    )
    parts = said(brief(pack, LetterPurpose.REVIEW_OUTCOME, file=lifted))
    assert "no longer needed" in parts[NoticePart.PURPOSE]
    assert NoticePart.REVIEW_DATE not in parts
    assert date(2026, 6, 1).strftime("%B") in said(brief(pack, LetterPurpose.REVIEW_OUTCOME))[NoticePart.REVIEW_DATE]


def _grade(text: str) -> float:
    """Flesch and Kincaid's school grade; a reader of eleven is in the sixth."""
    sentences = [one for one in re.split(r"[.!?:]\s|\n", text) if one.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    bare = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^dt])ed$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


@pytest.mark.parametrize(
    ("scope", "matters", "through"),
    [
        (StrategyScope.MATTER, ("M-001",), "Ali Advocate or Bea Solicitor, who speaks for you"),
        (StrategyScope.MATTER, ("M-001", "M-002"), "Bea Solicitor, who speaks for you"),
        (StrategyScope.ORGANISATION, ("M-001",), "Bea Solicitor, who speaks for you"),
    ],
)
def test_a_letter_names_only_representatives_who_may_speak_on_all_that_it_is_about(
    scope: StrategyScope, matters: tuple[str, ...], through: str
) -> None:
    ali, bea = Representative(name="Ali Advocate", matters=("M-001",)), Representative(name="Bea Solicitor")
    pack = pack_of("generic")
    file = file_for(
        pack, LetterPurpose.NOTICE, restrictions=(EVERY_KIND["advocate_only"],), scope=scope, matters=matters
    )

    def said(*representatives: Representative) -> str:
        person = PERSON.model_copy(update={"representatives": representatives})
        return text_of(written(brief(pack, file=file, here={"person": person})))

    assert f"Please contact us through {through}." in said(ali, bea)
    assert "through someone who speaks for you, such as an advocate" in said(
        ali.model_copy(update={"matters": ("M-9",)})
    )
