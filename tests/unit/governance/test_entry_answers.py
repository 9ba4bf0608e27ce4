"""The answer to a challenge about a register's entry: on the challenge's file, and as well kept as any letter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.own_letters import not_to_go
from gateway.governance.courses import CHALLENGE, DANGEROUS_PERSON, DANGEROUS_PROPERTY
from gateway.governance.demands.sending import of_unsafe
from gateway.governance.lacks import Refused
from gateway.governance.letters.brief import Given
from gateway.governance.letters.entry_answer import EntryAnswer, answer_to_entry
from gateway.governance.letters.page import text_of
from gateway.governance.letters.steps import LetterWritten
from gateway.governance.letters.wording import Wording
from gateway.governance.registers.file import fold
from gateway.governance.situation import Situation
from gateway.governance.tasks import open_tasks
from models.person import Representative
from models.policy_course import Delivery, Layout, NoticePart
from models.restriction import ChannelBlocked
from models.strategy import Strategy, StrategyScope, StrategyStatus
from tests.case_files import here, lacks, pack, step, walked
from tests.governing import HOME, MONDAY, PERSON, layout_said
from tests.lettering import ORGANISATION, SENDER, TEMPLATES

DAY = MONDAY + timedelta(days=14)
REASONS = {NoticePart.REASONS: Given("The person at the door was somebody else.")}
HEAD = {"by": "Hal Head", "role": "head_of_service"}
ENTERED = step(DANGEROUS_PERSON, "entered", by="Ann Author", person="P-001", known_on=MONDAY, facts="A knife.")
APPROVED = step(DANGEROUS_PERSON, "entry_approved", by="App Rover", role="director")
REMOVED = step(DANGEROUS_PERSON, "removed", by="App Rover", role="director", at=DAY, reasons="As decided.")
AMENDED = step(DANGEROUS_PERSON, "amended", by="Ann Author", at=DAY, reason="As decided.", facts="Words only.")
APPROVED_ANEW = step(DANGEROUS_PERSON, "entry_approved", by="App Rover", role="director", at=DAY)
PLACE = step(
    DANGEROUS_PROPERTY, "entered", by="Ann Author", known_on=MONDAY, facts="A dog.", premises={"address": "4 Weir Lane"}
)
DECIDED_ON = DAY - timedelta(days=1)


def about(*steps: Any, day: date = DAY, **changes: Any) -> Situation:
    """What there is of the person, with the entry after these steps."""
    return here("stoke", day=day, **{"besides": (fold("DP-1", (ENTERED, APPROVED, *steps)),), **changes})


def of_place(day: date = DAY) -> Situation:
    return here("stoke", day=day, person=None, matters=(), besides=(fold("DY-1", (PLACE, APPROVED)),))


def taken(kind: str, at: date = DAY, by: str = "Sam Staff", **fields: Any) -> Any:
    return step(CHALLENGE, kind, by, at, **fields)


def decided(outcome: str = "stands") -> Any:
    return taken("decided", DECIDED_ON, "Rae Reviewer", role="director", outcome=outcome, reasons="Looked at again.")


def challenge(*steps: Any, situation: Situation | None = None, outcome: str = "stands") -> ChallengeFile:
    situation = situation or about()
    which = "DP-1" if situation.person is not None else "DY-1"
    of_nobody = {} if situation.person is not None else {"about_kind": "dangerous_property"}
    received = taken("received", DECIDED_ON, about=which, person="P-001" if situation.person else "", on=DECIDED_ON,
                     reasons="It was not me.", **of_nobody)  # fmt: skip
    made: ChallengeFile = walked(CHALLENGE, received, (decided(outcome), *steps), situation)
    return made


def brief(file: ChallengeFile, situation: Situation, layout: Layout = Layout.STANDARD, **changes: Any) -> EntryAnswer:
    given: dict[str, Any] = {"given": REASONS, "sender": SENDER, **changes}
    return EntryAnswer(
        file, situation, pack("stoke"), ORGANISATION, layout=layout, signed_by="Sam Staff, officer", **given
    )


def composed(made: EntryAnswer) -> LetterWritten:
    head, passages = answer_to_entry(made, Wording.load(TEMPLATES, "stoke", made.layout))
    said = {"passages": passages, "head": head, "signed_by": made.signed_by}
    said |= layout_said(made.layout, made.situation.person)
    letter = taken("letter_written", letter="L1", purpose="challenge_outcome", challenge=made.file.id, **said)
    assert isinstance(letter, LetterWritten)
    return letter


def letter(outcome: str = "stands", situation: Situation | None = None, **changes: Any) -> LetterWritten:
    situation = situation or about()
    return composed(brief(challenge(situation=situation, outcome=outcome), situation, **changes))


def later(one: Any) -> Any:
    """The same an hour after whatever else there is of that day."""
    return one.model_copy(update={"at": one.at + timedelta(hours=1)})


LET_GO = taken("letter_approved", letter="L1", **HEAD)
QUEUED = taken("letter_queued", letter="L1", to=HOME)


def sent(day: date = DAY, to: str = HOME, way: str = "post", **more: Any) -> Any:
    received = about().received_on(Delivery(way), day)
    fields = {"way": way, "to": to, "on": day, "received_on": received, "evidence": "Posting 17", **more}
    return taken("letter_sent", day, letter="L1", **fields)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize(
    ("outcome", "steps", "says", "easy"),
    [
        ("stands", (), "They decided that it should stay as it is.", "The warning stays the same."),
        ("stands", (AMENDED,), "It has been altered since.", "It has been changed since then."),
        ("stands", (REMOVED,), "should stay as it was. We have taken it off", "We took it off our list since then."),
        ("changed", (), "to change what it says. We will do that now.", "We will do that now."),
        ("changed", (AMENDED,), "to change what it says. We will do that now.", "We will do that now."),
        ("changed", (AMENDED, APPROVED_ANEW), "It has been changed since.", "It has been changed."),
        ("changed", (REMOVED,), "to change what it says. We have taken it off", "We took it off our list since then."),
        ("lifted", (), "no longer needed. We will take it off our list now.", "We will take it off our list now."),
        ("lifted", (REMOVED,), "no longer needed. We have taken it off our list.", "We took it off our list."),
    ],
)
def test_it_says_what_was_decided_how_far_that_is_done_and_who_is_next(
    outcome: str, steps: tuple[Any, ...], says: str, easy: str, layout: Layout
) -> None:
    situation = about(*steps)
    made = letter(outcome, situation, layout=layout)
    text = " ".join(text_of(made).split())
    assert not re.search(r"[{}]|None", text), text
    assert (easy if layout is Layout.EASY_READ else says) in text
    assert ("a warning about you" if layout is Layout.EASY_READ else "look again at a warning about you") in text
    assert "the Director" in text and "somebody else." in text and "999" in text
    for body in situation.rules.dispute.onward:  # Stoke 6.3
        assert body in text
    # Of the rules of a strategy it says nothing.
    assert "rules" not in text and "how you can contact us" not in text
    assert CHALLENGE.take(challenge(situation=situation, outcome=outcome), made, situation).letters.keys() == {"L1"}


def test_it_says_who_looked_again_and_which_of_several_it_answers() -> None:
    situation = about()
    first = challenge()
    again = replace(first, id="CH-2")
    allowed = replace(first, received=first.received.model_copy(update={"deciders": ("Rae Reviewer",)}))
    assert "did not make the decision has now done this." in text_of(letter())
    assert "A person who took part in the decision" in text_of(composed(brief(allowed, situation)))
    several = about(besides=(*situation.besides, again))
    assert "We have called this one CH-1." in text_of(composed(brief(first, several)))


def test_reasons_are_the_authors_and_the_outcome_must_be_there() -> None:
    with pytest.raises(Refused, match="say why it was so decided"):
        letter(given={})
    with pytest.raises(Refused, match="has words that it must say"):
        letter(given={**REASONS, NoticePart.OMBUDSMAN: Given("Nobody.")})
    situation = about()
    undecided = replace(challenge(), decided=None)
    with pytest.raises(Refused, match="it is not decided"):
        composed(brief(undecided, situation))
    without = letter().model_copy(update={"passages": ()})
    assert "the letter does not have its part `ombudsman`" in lacks(CHALLENGE, challenge(), without, situation)
    gone = about(besides=())
    with pytest.raises(Refused, match="DP-1 is deleted"):
        composed(brief(challenge(), gone))
    with pytest.raises(Refused, match="leave out --addressee"):
        letter(addressee="Mo Other")


def test_who_may_write_by_post_only_is_told_our_postal_address() -> None:
    blocked = Strategy(
        id="CS-1", person="P-001", scope=StrategyScope.ORGANISATION, status=StrategyStatus.ACTIVE, starts=MONDAY,
        restrictions=(ChannelBlocked(id="R", kind="channel_blocked", channels=("email",)),),
    )  # fmt: skip
    situation = about(strategies=(blocked,))
    text = text_of(composed(brief(challenge(), situation)))
    assert "request like this to Example House, 1 Example Street, Stafford, ST16 1AA." in text
    assert "rights@council.example" in text_of(letter()) and "rights@council.example" not in text
    with pytest.raises(Refused, match="postal address into the setting"):
        composed(brief(challenge(), situation, sender=()))


def test_it_is_let_go_by_a_signer_who_wrote_neither_it_nor_the_entry() -> None:
    file, situation = challenge(letter()), about()
    for by, why in (("Sam Staff", "wrote the letter"), ("Ann Author", "wrote the entry")):
        step_ = taken("letter_approved", letter="L1", by=by, role="director")
        assert lacks(CHALLENGE, file, step_, situation) == [f"{by} {why}; letting a letter go is for somebody else"]
    staff = taken("letter_approved", letter="L1", by="Mo Other", role="staff")
    assert lacks(CHALLENGE, file, staff, situation)[0].startswith("letters are for the Head of Service or Director")
    assert lacks(CHALLENGE, file, QUEUED, situation) == ["nobody has approved a letter L1"]
    assert CHALLENGE.take(file, LET_GO, situation).letters["L1"].approved == LET_GO


def test_it_goes_to_a_safe_address_of_theirs_or_of_who_speaks_for_them_on_everything() -> None:
    file, situation = challenge(letter(), LET_GO), about()
    unsafe, strange = sent(to="9 Old Road, Stafford, ST16 9ZZ"), sent(to="8 Low Road, Leek, ST13 1AA")
    assert lacks(CHALLENGE, file, unsafe, situation) == ["nothing is ever sent to what is marked unsafe"]
    assert "the register does not have 8 Low Road" in lacks(CHALLENGE, file, strange, situation)[0]
    shared = sent(to="shared@home.example", way="email")
    assert lacks(CHALLENGE, file, shared, situation) == ["nothing is ever sent to what is marked unsafe"]
    office = {"identifiers": [{"kind": "email", "value": "ali@advocates.example"}]}
    for matters, goes in (((), True), (("M-001",), False)):
        ali = Representative.model_validate({"name": "Ali Advocate", "matters": matters, **office})
        to_ali = about(person=PERSON.model_copy(update={"representatives": (ali,)}))
        step_ = sent(to="ali@advocates.example", way="email")
        if goes:
            assert CHALLENGE.take(file, step_, to_ali).letters["L1"].reached
        else:
            assert "Ali Advocate may speak for them on M-001" in lacks(CHALLENGE, file, step_, to_ali)[0]
    wrong = sent(received_on=DAY)
    assert "it counts as received on" in lacks(CHALLENGE, file, wrong, situation)[0]


def test_that_it_went_settles_that_they_were_told_and_that_it_came_back_opens_it_again() -> None:
    situation = about()
    told = taken("outcome_told", on=DAY, way="post", letter="L1")
    claim = taken("outcome_told", on=DAY, way="post", evidence="Posting 17", onward=situation.rules.dispute.onward)
    written = "`triage letter write CH-1 --purpose challenge_outcome`"
    assert lacks(CHALLENGE, challenge(), claim, situation) == [
        f"no letter of CH-1 with the outcome has gone; write one and send it first ({written})"
    ]
    assert [written in task.says for task in open_tasks(challenge(), situation)] == [True]
    unsent = challenge(letter(), LET_GO)
    assert lacks(CHALLENGE, unsent, told, situation) == ["the letter was not sent that way on that day"]
    gone = challenge(letter(), LET_GO, sent())
    assert f"`triage challenge told CH-1 --letter L1 --way post --on {DAY}`" in open_tasks(gone, situation)[0].says
    over = CHALLENGE.take(gone, told, situation)
    assert CHALLENGE.closed(over) and not open_tasks(over, situation)
    back = taken("letter_came_back", letter="L1", sending=1, on=DAY, reason="Gone away.")
    again = CHALLENGE.take(over, back, situation)
    assert [task.id for task in open_tasks(again, situation)] == ["CH-1/tell"]


def test_a_decision_is_taken_back_though_a_letter_told_it_and_the_person_is_told_anew() -> None:
    situation = about()
    gone = challenge(letter(), LET_GO, sent(carried=True))
    called_back = taken("undone", number=5, reason="Wrong letter.", by="Sam Staff")
    assert "cannot be called back" in lacks(CHALLENGE, gone, called_back, situation)[0]
    # Letters are in nobody's way but their own: as where they are on another file.
    undone = later(taken("undone", number=2, reason="Wrong key.", by="Rae Reviewer", role="director"))
    undecided = CHALLENGE.take(gone, undone, situation)
    assert {task.id for task in open_tasks(undecided, situation)} == {"CH-1/decide", "CH-1/tell_anew"}
    approval = taken("undone", number=4, reason="Not yet.", by="Hal Head", role="head_of_service")
    assert lacks(CHALLENGE, gone, approval, situation) == ["only the last step can be undone, which is number 5"]
    posted = challenge(letter(), LET_GO, sent())
    assert not CHALLENGE.take(posted, called_back, situation).letters["L1"].sent
    twice = CHALLENGE.take(posted, called_back, situation)
    assert lacks(CHALLENGE, twice, called_back, situation) == ["only the last step can be undone, which is number 4"]


def test_what_was_posted_and_undone_with_what_it_told_is_seen_to_all_the_same() -> None:
    situation = about()
    posted = challenge(letter(), LET_GO, sent())
    slip = taken("undone", number=5, reason="It never went.", by="Sam Staff")
    once = CHALLENGE.take(posted, slip, situation)
    assert [task.id for task in open_tasks(once, situation)] == ["CH-1/tell"]
    undone = later(taken("undone", number=2, reason="Wrong key.", by="Rae Reviewer", role="director"))
    twice = CHALLENGE.take(once, undone, situation)
    assert {task.id for task in open_tasks(twice, situation)} == {"CH-1/decide", "CH-1/undone.5"}
    said = later(taken("task_done", task="undone.5", note="It is in my drawer."))
    assert [task.id for task in open_tasks(CHALLENGE.take(twice, said, situation), situation)] == ["CH-1/decide"]


def test_a_letter_that_is_not_so_any_more_is_not_let_go_printed_or_sent() -> None:
    situation, after = about(), about(later(REMOVED))
    said = "DP-1 was altered or removed, or that was taken back, after letter L1 was written"
    file = challenge(letter("lifted"), outcome="lifted")
    assert lacks(CHALLENGE, file, LET_GO, after)[0].startswith(said)
    waiting = challenge(letter("lifted"), LET_GO, QUEUED, outcome="lifted")
    assert not not_to_go(waiting, waiting.letters["L1"], situation)
    assert said in not_to_go(waiting, waiting.letters["L1"], after)
    tray = {task.id: task for task in open_tasks(waiting, after)}["CH-1/untrue.L1"]
    assert "`triage challenge done CH-1 untrue.L1`" in tray.says
    out = CHALLENGE.take(waiting, taken("task_done", task="untrue.L1", note="Torn up."), after)
    assert "CH-1/untrue.L1" not in {task.id for task in open_tasks(out, after)}
    assert "there is no task untrue.L1" in lacks(CHALLENGE, out, out.steps[-1], after)[0]
    # What was posted all the same is recorded as that, counts for nothing, and is put right.
    assert lacks(CHALLENGE, waiting, sent(), after)[0].startswith(said)
    went = CHALLENGE.take(waiting, sent(went_untrue="It was in the van already."), after)
    assert said in went.letters["L1"].sent[0].was_untrue and not went.letters["L1"].sent_that_count
    assert {"CH-1/tell", "CH-1/went_untrue.L1"} <= {task.id for task in open_tasks(went, after)}


def test_what_went_before_the_entry_was_removed_told_what_was_so() -> None:
    later = DAY + timedelta(days=2)
    removed = REMOVED.model_copy(update={"at": REMOVED.at + timedelta(days=2)})
    waiting = challenge(letter("lifted"), LET_GO, QUEUED, outcome="lifted")
    after = about(removed, day=later)
    on = sent(DAY).model_copy(update={"at": REMOVED.at + timedelta(days=2)})
    assert CHALLENGE.take(waiting, on, after).letters["L1"].sent_that_count
    assert "was altered or removed" in lacks(CHALLENGE, waiting, sent(later), after)[0]


def test_another_decision_or_a_death_stops_it() -> None:
    waiting = challenge(letter(), LET_GO, QUEUED)
    undone = taken("undone", number=2, reason="Wrong key.", by="Rae Reviewer", role="director")
    anew = taken("decided", by="Rae Reviewer", role="director", outcome="lifted", reasons="Looked at again.")
    changed = CHALLENGE.take(CHALLENGE.take(waiting, undone, about()), anew, about())
    assert "something else was decided" in not_to_go(changed, changed.letters["L1"], about())
    died = about(person=PERSON.model_copy(update={"deceased_on": DAY}))
    assert "the person has died" in not_to_go(waiting, waiting.letters["L1"], died)
    unsafe = [one.model_copy(update={"safe": False}) for one in PERSON.identifiers]
    marked = about(person=PERSON.model_copy(update={"identifiers": tuple(unsafe)}))
    assert "marked unsafe now" in not_to_go(waiting, waiting.letters["L1"], marked)
    assert "CH-1/unsafe_tray.L1" in {task.id for task in open_tasks(waiting, marked)}


def test_of_a_place_that_is_nobodys_whoever_writes_says_to_whom_and_how_the_address_is_known() -> None:
    situation = of_place()
    file = challenge(situation=situation)
    with pytest.raises(Refused, match="DY-1 is nobody's of the register: say who disputed it"):
        composed(brief(file, situation))
    made = composed(brief(file, situation, addressee="Mo Tenant"))
    text = " ".join(text_of(made).split())
    assert "Dear Mo Tenant" in text and "a warning about 4 Weir Lane that we keep" in text
    ready = challenge(made, LET_GO, situation=situation)
    assert "say how you know" in lacks(CHALLENGE, ready, sent(), situation)[0]
    known = {"to_because": "The challenge gave it."}
    over = challenge(made, LET_GO, sent(**known), situation=situation)
    assert CHALLENGE.take(over, taken("outcome_told", on=DAY, way="post", letter="L1"), situation).told
    # Or it is told otherwise, with what shows it, and every body named.
    claim = {"on": DAY, "way": "post", "evidence": "Posting 17"}
    assert lacks(CHALLENGE, file, taken("outcome_told", **claim), situation)[0].startswith("the person was not told of")
    assert CHALLENGE.take(file, taken("outcome_told", **claim, onward=situation.rules.dispute.onward), situation).told


@pytest.mark.parametrize(
    ("to", "way", "refused"),
    [
        ("9 Old Road, Stafford, ST16 9ZZ", Delivery.POST, True),
        ("9 Old Rd., Stafford", Delivery.POST, True),
        (HOME, Delivery.POST, False),
        ("shared@home.example", Delivery.EMAIL, True),
        ("jordan@mail.example", Delivery.EMAIL, False),
    ],
)
def test_an_address_that_is_unsafe_for_somebody_of_the_register_is_so_for_a_stranger(
    to: str, way: Delivery, refused: bool
) -> None:
    assert bool(list(of_unsafe(PERSON, to, way))) is refused


def test_a_challenge_to_a_strategy_has_its_letters_on_the_strategys_file() -> None:
    situation = about()
    file = replace(challenge(), received=challenge().received.model_copy(update={"about_kind": "strategy"}))
    why = lacks(CHALLENGE, file, letter(), situation)
    assert why[0].startswith("a letter about DP-1 is on its own file")
    reminder = letter().model_copy(update={"purpose": "reminder"})
    assert "the only letter about a challenge" in lacks(CHALLENGE, challenge(), reminder, situation)[0]


def test_where_no_letter_can_go_any_more_the_outcome_is_told_by_what_somebody_says() -> None:
    onward = pack("stoke").life.dispute.onward
    told = taken("outcome_told", **HEAD, on=DAY, way="post", evidence="Told his daughter.", onward=onward)
    file = challenge()
    for situation in (about(person=PERSON.model_copy(update={"deceased_on": DAY})), about(person=None)):
        assert CHALLENGE.take(file, told, situation).told is not None
    assert "write one and send it first" in lacks(CHALLENGE, file, told, about())[0]


UNSAFE = PERSON.model_copy(
    update={"identifiers": tuple(one.model_copy(update={"safe": False}) for one in PERSON.identifiers)}
)
FRIEND = Representative.model_validate(
    {"name": "Ali Advocate", "identifiers": [{"kind": "email", "value": "ali@advocates.example"}]}
)
FRIEND_UNSAFE = FRIEND.model_copy(
    update={"identifiers": tuple(one.model_copy(update={"safe": False}) for one in FRIEND.identifiers)}
)


@pytest.mark.parametrize(
    ("person", "fields", "lacking"),
    [
        (UNSAFE, {}, []),
        (UNSAFE, {"evidence": ""}, ["how"]),
        (UNSAFE, {"onward": ()}, ["onward"]),
        (UNSAFE, {"on": DAY + timedelta(days=1)}, ["on"]),
        (UNSAFE, {"told_by": None}, ["way", "letter"]),
        (PERSON, {}, ["letter"]),
        (UNSAFE.model_copy(update={"representatives": (FRIEND,)}), {}, ["letter"]),
        (UNSAFE.model_copy(update={"representatives": (FRIEND_UNSAFE,)}), {}, []),
        (UNSAFE.model_copy(update={"representatives": (FRIEND.model_copy(update={"until": MONDAY}),)}), {}, []),
    ],
)
def test_where_no_address_is_safe_somebody_tells_them_in_person_and_that_is_the_evidence(
    person: Any, fields: dict[str, Any], lacking: list[str]
) -> None:
    situation = about(person=person)
    said = {"on": DAY, "told_by": "Sal Support", "evidence": "Read to her at the drop-in."}
    told = taken("outcome_told", **{**said, "onward": situation.rules.dispute.onward, **fields})
    file = challenge(situation=situation)
    try:
        over = CHALLENGE.take(file, told, situation)
    except Refused as refused:
        assert list(dict.fromkeys(lack.field for lack in refused.lacks)) == lacking
        return
    assert lacking == [] and CHALLENGE.closed(over) and not open_tasks(over, situation)
    assert over.told is not None and (over.told.by, over.told.told_by) == ("Sam Staff", "Sal Support")


def test_the_task_says_how_the_outcome_can_be_told() -> None:
    (task,) = open_tasks(challenge(), about(person=UNSAFE))
    assert "in person" in task.says and "`triage challenge told-in-person CH-1`" in task.says
    (task,) = open_tasks(challenge(), about())
    assert "in writing" in task.says
