"""A strategy, a person and an office for the tests of letters: any pack, purpose and layout."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from gateway.governance.breaches import file as breaches
from gateway.governance.challenges import file as challenges
from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE
from gateway.governance.letters.brief import Brief
from gateway.governance.letters.compose import composed
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.letters.wording import Wording
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.places import config_directory
from models.identifier import Identifier, IdentifierKind
from models.organisation import Organisation, QueueAddresses
from models.policy import PolicyPack
from models.policy_course import Layout
from models.restriction import (
    AdvocateOnly,
    CallDuration,
    CallRecording,
    CallScript,
    CallWindow,
    CeaseAndDesist,
    ChannelBlocked,
    ChannelOnly,
    ContactAgreement,
    ContactLimit,
    DedicatedAddress,
    DesignatedPremises,
    IdentifierBlocked,
    Injunction,
    NoCopyIn,
    PremisesBan,
    ReplyCycle,
    Restriction,
    SameMatterFiled,
    SameMatterRefused,
    Slot,
    SpocOnly,
    SupervisedMeetings,
    VisitsByAppointment,
)
from tests.case_files import step as case_step
from tests.governing import MONDAY, draft, layout_said, situation, step

TEMPLATES = config_directory() / "letters"
PACKS = ("cleveland", "generic", "staffordshire", "stoke", "warwickshire", "wealden")
ORGANISATION = Organisation(
    name="Example Borough Council",
    domains=("council.example",),
    addresses=QueueAddresses(
        manager="manager@council.example", rights="rights@council.example", appeals="appeals@council.example"
    ),
)
SENDER = ("Example House", "1 Example Street", "Stafford", "ST16 1AA", "01632 960 000")
TUESDAYS = Slot.model_validate({"days": ["tue"], "from": "10:00", "until": "12:00"})

EVERY_KIND: dict[str, Restriction] = {
    one.kind: one
    for one in (
        ChannelBlocked(id="R", kind="channel_blocked", channels=("telephone", "visit")),
        ChannelOnly(id="R", kind="channel_only", channels=("email", "letter")),
        IdentifierBlocked(
            id="R",
            kind="identifier_blocked",
            identifiers=(Identifier(kind=IdentifierKind.EMAIL, value="other@mail.example"),),
        ),
        SpocOnly(id="R", kind="spoc_only"),
        DedicatedAddress(id="R", kind="dedicated_address", address="spoc@council.example"),
        CallWindow(id="R", kind="call_window", slots=(TUESDAYS,), calls=1),
        ContactLimit(id="R", kind="contact_limit", channels=("email",), count=2, per="week"),
        CallDuration(id="R", kind="call_duration", minutes=20),
        AdvocateOnly(id="R", kind="advocate_only"),
        SameMatterFiled(id="R", kind="same_matter_filed"),
        SameMatterRefused(id="R", kind="same_matter_refused"),
        ReplyCycle(id="R", kind="reply_cycle", every="P1M"),
        CallScript(id="R", kind="call_script"),
        CallRecording(id="R", kind="call_recording"),
        ContactAgreement(id="R", kind="contact_agreement", text="We speak on Mondays."),
        SupervisedMeetings(id="R", kind="supervised_meetings"),
        VisitsByAppointment(id="R", kind="visits_by_appointment"),
        DesignatedPremises(id="R", kind="designated_premises", premises="the Civic Centre"),
        PremisesBan(id="R", kind="premises_ban", premises=("the Town Hall", "the library")),
        NoCopyIn(id="R", kind="no_copy_in"),
        CeaseAndDesist(id="R", kind="cease_and_desist", text="Our solicitor wrote to you in May."),
        Injunction(id="R", kind="injunction", text="It says so.", channels_allowed=("letter",)),
    )
}


TOLD_OF: dict[LetterPurpose, tuple[Any, ...]] = {
    LetterPurpose.REMINDER: (
        breaches.fold(
            "BR-1",
            [case_step(BREACH_RESPONSE, "breach_confirmed", strategy="CS-1", contact="c-1", restriction="R", count=1)],
        ),
    ),
    LetterPurpose.CHALLENGE_OUTCOME: (
        challenges.fold(
            "CH-1",
            [
                case_step(CHALLENGE, "received", on=MONDAY, about="CS-1", person="P-001", reasons="It is not true."),
                case_step(CHALLENGE, "decided", "Rae Reviewer", outcome="stands", reasons="Looked at again."),
            ],
        ),
    ),
}
"""What a letter tells of that another file of the person's holds."""


def file_for(pack: PolicyPack, purpose: LetterPurpose, **changes: Any) -> StrategyFile:
    """A strategy with every measure of the pack, as far along as the purpose wants it."""
    kinds = [rule.kind for rule in pack.life.measures]
    fields: dict[str, Any] = {
        "policy": pack.id,
        "behaviours": tuple(one.id for one in pack.life.behaviours[:2]),
        "restrictions": tuple(EVERY_KIND[kind] for kind in kinds),
        "ends": MONDAY + timedelta(days=180),
        **changes,
    }
    further: list[StrategyStep] = []
    match purpose:
        case LetterPurpose.CHANGE:
            further = [step("changed", restrictions=fields["restrictions"][:1], reasons="Things are better now.")]
        case LetterPurpose.EXTENSION:
            further = [step("extended", ends=date(2027, 3, 1), reasons="The calls went on.")]
        case LetterPurpose.REVIEW_OUTCOME:
            further = [step("reviewed", outcome="continue", reasons="It helps.", next_review=date(2026, 6, 1))]
        case LetterPurpose.END:
            further = [step("ended", reasons="It is no longer needed.")]
    if purpose not in (LetterPurpose.NOTICE, LetterPurpose.WARNING):
        further.insert(0, step("activated"))
    return fold("CS-1", [draft(**fields), *further])


def brief(
    pack: PolicyPack,
    purpose: LetterPurpose = LetterPurpose.NOTICE,
    layout: Layout = Layout.STANDARD,
    *,
    file: StrategyFile | None = None,
    here: dict[str, Any] | None = None,
    **changes: Any,
) -> Brief:
    """What a letter is composed from."""
    fields: dict[str, Any] = {
        "organisation": ORGANISATION,
        "signed_by": "Sam Head, Head of Standards",
        "sender": SENDER,
        **changes,
    }
    around = situation(rules=pack.life, **{"besides": TOLD_OF.get(purpose, ()), **(here or {})})
    return Brief(
        file=file or file_for(pack, purpose), situation=around, pack=pack, purpose=purpose, layout=layout, **fields
    )


@cache
def _wording(pack: str, layout: Layout) -> Wording:
    return Wording.load(TEMPLATES, pack, layout)


def written(made: Brief) -> LetterWritten:
    """The letter, as the step on the file."""
    head, passages = composed(made, _wording(made.pack.id, made.layout))
    letter = step(
        "letter_written",
        letter="L1",
        purpose=made.purpose,
        passages=passages,
        signed_by=made.signed_by,
        head=head,
        **layout_said(made.layout, made.situation.person),
    )
    assert isinstance(letter, LetterWritten)
    return letter
