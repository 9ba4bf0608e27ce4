"""A strategy under a pack, taken from its draft as far as a test wants; what the test says nothing of is in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from pydantic import ValidationError

from gateway.governance.course import Course as CourseOf
from gateway.governance.courses import STRATEGY
from gateway.governance.demands.approving import open_acts
from gateway.governance.demands.telling import parts_needed
from gateway.governance.lacks import Lack, Refused
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from models.matter import Matter
from models.person import Person
from models.plain_names import plain
from models.policy import PolicyPack
from models.policy_course import Delivery, Layout
from models.restriction import Restriction
from routing.calendar import WorkingCalendar
from tests.governing import EQUALITY_ADVICE, HOME, MATTERS, MONDAY, PERSON, draft, layout_said

POST, EMAIL = Delivery.POST, Delivery.EMAIL
MAIL = "jordan@mail.example"
HALF_A_YEAR = MONDAY + timedelta(days=183)
AUTHOR = "Ann Author"
_AROUND = ("day", "known_person", "known_matters", "earlier", "besides")


def person_of(role: str) -> str:
    """Whoever is in a role."""
    return f"Sam {plain(role).title()}"


def measure(kind: str, **fields: Any) -> dict[str, Any]:
    """A restriction of a kind, with what the kind must say."""
    return {"id": f"R-{kind}", "kind": kind, **_SAYS.get(kind, {}), **fields}


_SAYS: dict[str, dict[str, Any]] = {
    "channel_blocked": {"channels": ["social_media"]},
    "channel_only": {"channels": ["email", "letter"]},
    "identifier_blocked": {"identifiers": [{"kind": "email", "value": MAIL}]},
    "dedicated_address": {"address": "one@council.example"},
    "call_window": {"slots": [{"days": ["tue"], "from": "10:00", "until": "12:00"}], "calls": 1},
    "contact_limit": {"channels": ["email"], "count": 1},
    "call_duration": {"minutes": 10},
    "contact_agreement": {"text": "We talk once a week."},
    "reply_cycle": {"every": "P2W"},
    "designated_premises": {"premises": "Town Hall"},
    "injunction": {"text": "As the court ordered."},
    "cease_and_desist": {"text": "Please write no more on this."},
}


class File:
    """A file of any kind under a pack, and the day and person it is judged by."""

    def __init__(
        self,
        course: CourseOf[Any],
        pack: PolicyPack,
        first: str,
        by: str = "Ann Author",
        *,
        day: date = MONDAY,
        known_person: Person = PERSON,
        known_matters: Sequence[Matter] = MATTERS,
        earlier: Sequence[StrategyFile] = (),
        besides: Sequence[object] = (),
        **fields: Any,
    ) -> None:
        self.course, self.pack, self.rules = course, pack, pack.life
        self.day, self.person = day, known_person
        self._matters, self._earlier, self._besides = tuple(known_matters), tuple(earlier), tuple(besides)
        self.file: Any = course.begin(f"{course.prefix}-1", self._step(first, by, **fields), self.situation)

    @property
    def situation(self) -> Situation:
        """What a step is judged by."""
        return Situation(
            day=self.day,
            rules=self.rules,
            calendar=WorkingCalendar(),
            hours=self.pack.office_hours,
            person=self.person,
            matters=self._matters,
            earlier=self._earlier,
            besides=self._besides,
        )

    def take(self, kind: str, by: str = AUTHOR, **fields: Any) -> Self:
        """One step. Refused where it may not be taken."""
        self.file = self.course.take(self.file, self._step(kind, by, **fields), self.situation)
        return self

    def lacks(self, kind: str, by: str = AUTHOR, **fields: Any) -> tuple[Lack, ...]:
        """What stands in the way of a step; nothing is taken."""
        try:
            self.course.take(self.file, self._step(kind, by, **fields), self.situation)
        except Refused as refused:
            return refused.lacks
        return ()

    def refuses(self, words: str, cites: str | None, kind: str, by: str = AUTHOR, **fields: Any) -> Self:
        """Fails unless the step is refused for this reason, citing this paragraph."""
        found = self.lacks(kind, by, **fields)
        meant = [lack for lack in found if words in lack.text]
        assert meant, f"{kind}: expected to be refused with {words!r}, got {[str(lack) for lack in found]}"
        assert cites is None or any(cites in lack.cites for lack in meant), f"{meant[0]} does not rest on {cites}"
        return self

    def allows(self, kind: str, by: str = AUTHOR, **fields: Any) -> Self:
        """Fails if the step is refused; nothing is taken."""
        found = self.lacks(kind, by, **fields)
        assert not found, f"{kind}: refused with {[str(lack) for lack in found]}"
        return self

    def on(self, day: date) -> Self:
        """The same on a later day."""
        self.day = day
        return self

    def _step(self, kind: str, by: str, **fields: Any) -> Any:
        moment = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)
        return self.course.steps.validate_python({"kind": kind, "by": by, "at": moment, **fields})


class Course(File):
    """A strategy's file. Steps are taken as somebody who may take them, unless the test says who."""

    def __init__(self, pack: PolicyPack, **given: Any) -> None:
        usual: dict[str, Any] = {"ends": HALF_A_YEAR} if pack.id == "wealden" else {}
        around = {name: given.pop(name) for name in _AROUND if name in given}
        known = draft(impact="Two days a week of one officer.", policy=pack.id)
        fields = {**known.model_dump(exclude={"kind", "at", "by", "day"}), **usual, **given}
        super().__init__(STRATEGY, pack, "drafted", **around, **fields)

    def answered(
        self, answers: Mapping[str, str] = {}, *, leave_out: Collection[str] = (), notes: Mapping[str, str] = {}
    ) -> Self:
        """Every question that arises, as the policy wants it but for these."""
        for check in self.rules.checklist:
            if check.id not in leave_out and (not check.stages or self.file.stage in check.stages):
                given = answers.get(check.id, check.required_answer)
                note = notes.get(check.id, "As the case file says.")
                self.take("answered", check=check.id, answer=given, note=note)
        return self

    def warned(self) -> Self:
        """Told beforehand."""
        return self.take("warned", on=self.day, how="By letter, with what would follow.")

    def acted(self, *, before: str, stop_at: str | None = None) -> Self:
        """The acts of the chain, each by its first role, up to one that is left."""
        for act in open_acts(self.file, self.rules, before):
            if act.id == stop_at:
                break
            role = act.roles[0]
            knew = False if act.no_prior_knowledge else None
            self.take("acted", person_of(role), role=role, act=act.id, knew=knew, note="Agreed.")
        return self

    def ready(
        self, answers: Mapping[str, str] = {}, *, leave_out: Collection[str] = (), notes: Mapping[str, str] = {}
    ) -> Self:
        """A draft that may be submitted but for what is said here."""
        return self.answered(answers, leave_out=leave_out, notes=notes).warned().acted(before="submission")

    def submitted(self) -> Self:
        """Put forward."""
        return self.ready().take("submitted")

    def approved(self) -> Self:
        """Through the whole chain."""
        return self.submitted().acted(before="approval")

    def passages(self, purpose: LetterPurpose = LetterPurpose.NOTICE) -> list[dict[str, str]]:
        """A letter's passages, with every part that the pack wants in it."""
        needed = parts_needed(self.file, self.situation, purpose)
        return [{"part": part.value, "text": "In plain words."} for part in needed]

    def letter(self, name: str = "L1", purpose: LetterPurpose = LetterPurpose.NOTICE, **fields: Any) -> Self:
        """A letter, written and let go."""
        fields = {**fields, **layout_said(Layout(fields.get("layout", "standard")), self.person)}
        self.take("letter_written", letter=name, purpose=purpose, passages=self.passages(purpose), **fields)
        role = self.rules.notice.senders[0] if self.rules.notice.senders else None
        signs = person_of(role or "sender")
        self.take("looked_in", signs, need="To sign the letter about it.")
        return self.take("letter_approved", signs, role=role, letter=name)

    def sent(self, *ways: Delivery, name: str = "L1") -> Self:
        """A letter gone out these ways today."""
        for way in ways:
            to = HOME if way is POST else MAIL
            received = self.situation.received_on(way, self.day)
            self.take(
                "letter_sent", letter=name, way=way, to=to, on=self.day, received_on=received, evidence="Number 17."
            )
        return self

    def told(self) -> Self:
        """The notice out, every way there is; agreement sought."""
        self.approved().letter().sent(POST, EMAIL)
        return self.take("agreement_sought", outcome="refused", note="They would not.")

    def active(self) -> Self:
        """In force."""
        return self.told().take("activated")


def with_measures(pack: PolicyPack, *measures: dict[str, Any], **drafted: Any) -> Course:
    """A course whose draft proposes these restrictions."""
    return Course(pack, restrictions=measures, **drafted)


def accepts_measures(pack: PolicyPack, *kinds: str, **drafted: Any) -> None:
    """Fails unless a strategy with each of these may be submitted; with all at once, one may take away another's."""
    for kind in kinds:
        reasons = {"reasons_for": {f"measure:{kind}": "Nothing milder was left."}}
        with_measures(pack, measure(kind), **{**reasons, **drafted}).ready().allows("submitted")


def wants_measure(pack: PolicyPack, kind: str, **drafted: Any) -> list[str]:
    """What is said against one restriction."""
    return [lack.text for lack in with_measures(pack, measure(kind), **drafted).ready().lacks("submitted")]


def advice_is_from(pack: PolicyPack, *roles: str) -> None:
    """Fails unless an adjustment changes on the advice of somebody in exactly these roles."""
    change = {"adjustment": "A1", "change": "14 pt", "reasons": "Asked for.", "told_on": MONDAY}
    for role in pack.life.roles:
        course = Course(pack).active()
        course.take("advice_taken", **{**EQUALITY_ADVICE, "adviser_role": role})
        lacking = [lack.text for lack in course.lacks("adjustment_changed", **change)]
        assert any("was not asked before" in text for text in lacking) == (role not in roles), f"{role}: {lacking}"


def offers_first(pack: PolicyPack, cites: str, *options: str, **drafted: Any) -> None:
    """Fails unless whoever has not warned the person is told each of these ways to try first."""
    course = Course(pack, **drafted).answered().acted(before="submission")
    for option in options:
        course.refuses(option, cites, "submitted")


def asks(pack: PolicyPack, cites: str, *checks: str, stage: int = 1, **drafted: Any) -> None:
    """Fails unless the checklist has each of these questions, and no draft gets past it without its answer."""
    for name in checks:
        _asks(pack, cites, name, {"stage": stage, **drafted})


def _asks(pack: PolicyPack, cites: str, name: str, drafted: dict[str, Any]) -> None:
    wanted = WANTED[pack.id][name]
    question = next((check.question for check in pack.life.checklist if check.id == name), name)
    Course(pack, **drafted).ready(leave_out=[name]).refuses(f"not answered: {question}", cites, "submitted")
    other = "yes" if "no" in wanted else "no"
    if "open" in wanted:
        Course(pack, **drafted).ready({name: other}).allows("submitted")
    else:
        Course(pack, **drafted).ready({name: other}).refuses(f"put this right first: {question}", cites, "submitted")
    given = Course(pack, **drafted).ready({name: "na"})
    if "na" in wanted:
        given.allows("submitted")
    else:
        given.refuses("needs yes or no", cites, "submitted")
    unsaid = Course(pack, **drafted).ready(notes={name: ""})
    if "note" in wanted:
        unsaid.refuses("what the answer rests on is not said", cites, "submitted")
    else:
        unsaid.allows("submitted")


WANTED: dict[str, dict[str, set[str]]] = {
    "staffordshire": {
        "needs_considered": {"yes", "open", "note"},
        "signposted_to_faq": {"yes"},
        "outcome_explained": {"yes", "na"},
        "route_of_challenge": {"yes", "na"},
        "signposted": {"yes", "na"},
        "told_why": {"yes"},
        "aim": {"yes", "note"},
        "review_planned": {"yes", "note"},
        "fresh_matters_open": {"yes", "note"},
    },
    "cleveland": {
        "process_explained": {"yes"},
        "handled_proportionately": {"yes"},
        "considered_properly": {"yes"},
        "communicated_regularly": {"yes", "na"},
        "rationale_given": {"yes", "na"},
        "decision_appropriate": {"yes", "na"},
        "misunderstandings_dispelled": {"yes"},
        "access_considered": {"yes"},
        "new_information": {"no"},
        "support_offered": {"yes", "note"},
        "put_in_touch": {"yes"},
    },
    "warwickshire": {
        "process_explained": {"yes"},
        "handled_proportionately": {"yes"},
        "communicated_regularly": {"yes"},
        "support_offered": {"yes", "note"},
        "rationale_given": {"yes", "na"},
        "addressed_properly": {"yes"},
        "communication_adequate": {"yes"},
        "access_considered": {"yes"},
        "misunderstandings_dispelled": {"yes"},
        "fair_and_proportionate": {"yes", "note"},
    },
    "wealden": {
        "service_advised": {"yes"},
        "only_challenge": {"no"},
        "adjustments_considered": {"yes"},
        "exceptional": {"yes", "note"},
        "impact_evidenced": {"yes", "note"},
        "final_position": {"yes", "na"},
        "business_case": {"yes"},
    },
    "stoke": {
        "last_resort": {"yes", "note"},
        "based_on_facts": {"yes"},
        "investigated": {"yes"},
        "communications_suitable": {"yes"},
        "new_information": {"no"},
    },
}
"""How each question is answered before a restriction, as the policies have it: whether it may not arise (`na`), needs a
note, or is open to either answer."""


def notice_without(pack: PolicyPack, part: str, cites: str, **drafted: Any) -> None:
    """Fails unless a notice that lacks the part is no notice."""
    course = Course(pack, **drafted).approved()
    passages = [passage for passage in course.passages() if passage["part"] != part]
    words = f"the letter does not have its part `{part}`"
    course.refuses(words, cites, "letter_written", letter="L1", purpose="notice", passages=passages)


def nobody_lets_their_own_letter_go(pack: PolicyPack, cites: str) -> None:
    """Fails unless a letter wants a second person, in the very role of whoever wrote it."""
    course = Course(pack).approved()
    course.take("letter_written", letter="L1", purpose="notice", passages=course.passages(), layout="large_print")
    role = pack.life.notice.senders[0]
    course.refuses("wrote the letter", cites, "letter_approved", AUTHOR, role=role, letter="L1")
    course.take("looked_in", "Sal Second", need="To sign the letter about it.")
    course.allows("letter_approved", "Sal Second", role=role, letter="L1")


def nobody_lets_a_letter_go_unread(pack: PolicyPack, cites: str, role: str) -> None:
    """Fails unless whoever is not among those who need to know has read the file before they let its letter go."""
    course = Course(pack).approved()
    course.take("letter_written", letter="L1", purpose="notice", passages=course.passages(), layout="large_print")
    course.refuses("read it first", cites, "letter_approved", "Sal Staff", role=role, letter="L1")
    course.take("looked_in", "Sal Staff", need="To sign the letter about it.")
    course.allows("letter_approved", "Sal Staff", role=role, letter="L1")


def does_not_load(pack: PolicyPack, words: str) -> None:
    """Fails unless such a pack is refused when it is read."""
    try:
        PolicyPack.model_validate(pack.model_dump(by_alias=True))
    except ValidationError as error:
        assert words in str(error), f"expected {words!r}, got {error}"
        return
    raise AssertionError(f"it loads; expected {words!r}")


def restrictions_of(course: Course) -> list[Restriction]:
    """What is in force."""
    return list(course.file.strategy().restrictions)
