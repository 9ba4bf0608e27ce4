"""CONTRACT §4.3, case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.contact import (
    Authentication,
    CallFacts,
    Channel,
    Contact,
    Direction,
    EmailFacts,
    Part,
    Sender,
    SenderAddress,
)
from models.identifier import IdentifierKind, PersonIdentifier
from models.matter import Matter
from models.organisation import Organisation, QueueAddresses
from models.person import Person, Representative
from models.register import Dossier
from routing.authority import Authority
from routing.identity.claims import claims_of
from routing.identity.keys import dossier_keys, keys_of
from routing.identity.match import REASONS, Identification, identify

OFFICE = Organisation(
    name="Office", domains=("office.example",), addresses=QueueAddresses(manager="manager@office.example")
)
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def ident(kind: str, value: str, *, shared: bool = False) -> PersonIdentifier:
    return PersonIdentifier(kind=IdentifierKind(kind), value=value, shared=shared)


OLIVE = Dossier(
    person=Person(
        id="olive",
        name="Olive Bracken",
        aliases=("Livvy Bracken", "bracken77"),
        identifiers=(
            ident("email", "olive.bracken@post.example"),
            ident("email", "olive.b@gmail.com"),
            ident("email", "olive@bücher.example"),
            ident("phone", "01632 960 123"),
            ident("postal", "Rose Cottage, Mill Lane, Anytown AB1 2CD"),
            ident("social", "@oliveb"),
        ),
        representatives=(
            Representative(
                name="Pat Advocate",
                identifiers=(ident("email", "pat@advocacy.example"),),
                from_=date(2026, 1, 1),
                until=date(2026, 12, 31),
            ),
            Representative(
                name="Quentin Lawson",
                kind="solicitor",
                identifiers=(ident("email", "q.lawson@law.example"),),
                until=date(2026, 3, 1),
            ),
        ),
    ),
    matters=(Matter(id="m1", person="olive", reference="XR/2025/0042", title="Hedge"),),
)
HARRY = Dossier(
    person=Person(
        id="harry",
        name="Harry Dunmore",
        identifiers=(
            ident("email", "dunmores@home.example"),
            ident("phone", "01632 960 500"),
            ident("email", "hall@village.example", shared=True),
        ),
    ),
    matters=(Matter(id="m2", person="harry", reference="XR/2025/0077", title="Noise"),),
)
WENDY = Dossier(
    person=Person(
        id="wendy",
        name="Wendy Dunmore",
        identifiers=(ident("email", "dunmores@home.example"), ident("phone", "01632 960 500")),
    )
)
REGISTER = (OLIVE, HARRY, WENDY)


LONG = "The hedge has not been cut since last summer and nobody has told me why that is."


def mail(
    address: str = "olive.bracken@post.example",
    body: str = "Please answer.\n\nOlive Bracken",
    *,
    name: str | None = None,
    auth: Authentication = Authentication.PASS,
    subject: str = "Hedge",
    quoted: str = "",
    signature: str = "",
    **facts: Any,
) -> Contact:
    texts = (("subject", subject), ("body", body), ("quoted", quoted), ("signature", signature))
    facts.setdefault("from_addresses", (SenderAddress(address=address, name=name),))
    return Contact(
        id="c",
        channel=Channel.EMAIL,
        received_at=AT,
        sender=Sender(identifier=address, name=name, authentication=auth),
        recipients=("post@office.example",),
        subject=subject,
        parts=tuple(Part(name=n, text=t) for n, t in texts if t),
        email=EmailFacts(**facts),
    )


def call(
    caller: str | None,
    notes: str = "",
    *,
    channel: Channel = Channel.TELEPHONE,
    transcript: str = "",
    called: str | None = None,
    direction: Direction = Direction.INBOUND,
) -> Contact:
    texts = (("notes", notes), ("transcript", transcript))
    return Contact(
        id="c",
        channel=channel,
        direction=direction,
        received_at=AT,
        sender=Sender(identifier=caller),
        parts=tuple(Part(name=n, text=t) for n, t in texts if t),
        call=CallFacts(caller=caller, called=called),
    )


def said(caller: str | None, words: str, *, speaker: str) -> Contact:
    return call(caller).model_copy(update={"parts": (Part(name="transcript", text=words, speaker=speaker),)})


def other(channel: Channel, sender: str | None, text: str = "", *, name: str | None = None, notes: str = "") -> Contact:
    texts = (("body", text), ("notes", notes))
    return Contact(
        id="c",
        channel=channel,
        received_at=AT,
        sender=Sender(identifier=sender, name=name),
        parts=tuple(Part(name=n, text=t) for n, t in texts if t),
    )


def run(contact: Contact, register: tuple[Dossier, ...] = REGISTER, **options: Any) -> Identification:
    return identify(contact, register, organisation=OFFICE, **options)


def found(result: Identification) -> dict[str, str]:
    """`person` or `person(representative)` to strength; a person and role has one strength only."""
    strengths: dict[str, str] = {}
    for match in result.matches:
        key = match.person if match.as_.value == "person" else f"{match.person}(representative)"
        assert strengths.setdefault(key, match.strength.value) == match.strength.value
    return strengths


def rules(result: Identification) -> set[str]:
    return {reason.rule for reason in result.reasons}


NEW = "someone@new.example"
EXACT, PROBABLE, POSSIBLE = {"olive": "exact"}, {"olive": "probable"}, {"olive": "possible"}
FAIL, NONE = Authentication.FAIL, Authentication.NONE
TWO_FROM = (SenderAddress(address="olive.bracken@post.example"), SenderAddress(address="x@other.example"))

CASES: dict[str, tuple[Contact, dict[str, str]]] = {
    # registered addresses
    "address": (mail(), EXACT),
    "no authentication result": (mail(auth=NONE), EXACT),
    "upper case": (mail("OLIVE.Bracken@POST.example"), EXACT),
    "plus-tag": (mail("olive.bracken+anger@post.example"), EXACT),
    "gmail dots": (mail("o.l.ive.b@gmail.com"), EXACT),
    "dots elsewhere": (mail("olivebracken@post.example", "Hello"), {}),
    "IDNA": (mail("olive@xn--bcher-kva.example"), EXACT),
    "authentication failed": (mail(auth=FAIL), POSSIBLE),
    "forged, with her phone and reply-to": (
        mail(
            auth=FAIL,
            signature="01632 960123",
            reply_to=(SenderAddress(address="olive.b@gmail.com"),),
        ),
        POSSIBLE,
    ),
    "lookalike": (mail("оlive.bracken@post.example", "Hello there"), {}),
    "lookalike domain": (mail("olive.bracken@pоst.example", "Hello there"), {}),
    "two From": (mail(from_addresses=TWO_FROM), POSSIBLE),
    "two From that are one": (mail(from_addresses=(TWO_FROM[0], TWO_FROM[0])), EXACT),
    "our own address": (mail("staff@office.example", "FYI\n\nOlive Bracken\n01632 960123"), {}),
    "our own form with her as reply-to": (
        mail("form@office.example", "Hello", reply_to=(SenderAddress(address="olive.b@gmail.com"),)),
        PROBABLE,
    ),
    # resent and forwarded
    "resent by her, aligned": (
        mail(
            "news@paper.example",
            "The news",
            resent_from=SenderAddress(address="olive.bracken@post.example"),
            resent_authentication=Authentication.PASS,
        ),
        EXACT,
    ),
    "resent by her, not aligned": (
        mail("news@paper.example", "The news", resent_from=SenderAddress(address="olive.bracken@post.example")),
        PROBABLE,
    ),
    "hers, resent by another, aligned": (
        mail(resent_from=SenderAddress(address="mate@pub.example"), resent_authentication=Authentication.PASS),
        {},
    ),
    "hers, resent by another, not aligned": (mail(resent_from=SenderAddress(address="mate@pub.example")), PROBABLE),
    "forwarded by a stranger": (
        mail(NEW, "See below.\n\nTerry Marsh", subject="Fwd: XR/2025/0042", quoted="Olive Bracken\n01632 960123", forwarded=True),
        {},
    ),
    # new addresses
    "name alone": (mail(NEW, "Hello.", name="Olive Bracken"), POSSIBLE),
    "name alone, surname first": (mail(NEW, "Hello.", name="BRACKEN, Olive"), POSSIBLE),
    "alias alone": (mail(NEW, "Hello.", name="Livvy Bracken"), POSSIBLE),
    "one-word alias": (mail(NEW, "Hello.", name="bracken77"), POSSIBLE),
    "initial and surname": (mail(NEW, "Hello.", name="O. Bracken"), POSSIBLE),
    "misspelt": (mail(NEW, "Hello.", name="Olive Brackenn"), POSSIBLE),
    "another initial": (mail(NEW, "Hello.", name="K. Bracken"), {}),
    "signed only": (mail(NEW, "You will not get rid of me.\n\nOlive Bracken"), POSSIBLE),
    "name in the middle": (mail(NEW, "Ask Olive Bracken about the hedge, she knows it all and more than that.\n\nTed"), {}),
    "introduced": (mail(NEW, "My name is Olive Bracken and I have written before about this. You know me."), POSSIBLE),
    "phone in the signature": (mail(NEW, "No answer yet.\n\nRegards\nO.\nTel 01632 960 123"), PROBABLE),
    "phone above a name": (mail(NEW, "No answer yet again.\n\nTel. 01632 960123\nO."), PROBABLE),
    "phone beside a name": (mail(NEW, "No answer yet again.\n\nLivvy Bracken Tel. 01632 960123"), PROBABLE),
    "email in the signature": (mail(NEW, "No answer.\n\nO.\nolive.bracken@post.example"), PROBABLE),
    "phone of somebody else in a short line": (mail(NEW, "He rang me from 01632 960123"), {}),
    "phone after a name": (mail(NEW, "No answer.\n\nOlive Bracken\nT: +44 (0)1632 960123"), PROBABLE),
    "phone in the text": (mail(NEW, "Somebody rang me from 01632 960123 and breathed down the line at me, who is it?\n\nTed Marsh"), {}),
    "phone in quoted text": (mail(NEW, "Hello.", quoted="Olive Bracken\n01632 960123\nXR/2025/0042"), {}),
    "reply-to": (mail(NEW, "Hello.", reply_to=(SenderAddress(address="olive.b@gmail.com"),)), PROBABLE),
    "alias and reference": (mail(NEW, "XR/2025/0042 please.", name="Livvy Bracken"), PROBABLE),
    "reference alone": (mail(NEW, "About XR/2025/0042, any news?"), PROBABLE),
    "reference in the subject": (mail(NEW, "Any news?", subject="xr-2025-0042"), PROBABLE),
    "reference with words run on": (mail(NEW, "About XR/2025/0042-hedge, any news?"), PROBABLE),
    "her reference after another": (mail(NEW, "About AB/2024/0001 and XR/2025/0042."), PROBABLE),
    "reference under the dashes": (mail(NEW, "Any news?", signature="Your ref XR/2025/0042"), PROBABLE),
    "reference in quoted text": (mail(NEW, "Any news?", quoted="Our ref XR/2025/0042"), {}),
    "like a reference": (mail(NEW, "About XR/2025/00421, any news?"), {}),
    # somebody else at the keyboard
    "his wife": (mail(body="This is her husband writing. She is in hospital."), PROBABLE),
    "another first name under it": (mail(body="She is poorly.\n\nRegards\nKaren"), PROBABLE),
    "same surname, another name": (mail(body="She is poorly.\n\nKeith Bracken"), PROBABLE),
    "same surname, another initial": (mail(body="She is poorly.\n\nK. Bracken"), PROBABLE),
    "using her email": (mail(body="It's Karen, using Olive's email. Ring me."), PROBABLE),
    "on behalf of her": (mail(body="I write on behalf of Olive Bracken, who cannot.\n\nRegards"), PROBABLE),
    "sent on behalf of": (mail(body="The hedge again.\n\nSent on behalf of Mrs Bracken"), PROBABLE),
    "pp": (mail(body="The hedge again.\n\nYours faithfully\npp Olive Bracken"), PROBABLE),
    "husband's account": (mail(body="I'm writing from my mother's account as mine is locked."), PROBABLE),
    "named relation under it": (mail(body="She is poorly.\n\nKaren, Olive's sister"), PROBABLE),
    "relation in brackets": (mail(body="She is poorly.\n\nKaren (daughter)"), PROBABLE),
    "asked to write": (mail(body="Olive has asked me to email you as her hands are bad."), PROBABLE),
    "my wife Olive": (mail(body="My wife Olive is in hospital and I have her laptop."), PROBABLE),
    "stranger under the dashes": (mail(body="She is poorly.", signature="Karen Marsh\n01632 777777"), PROBABLE),
    "caller says whose daughter": (call("01632960123", "Caller said she was her daughter, on the landline."), PROBABLE),
    "without capitals": (mail(body="she is poorly\n\nthanks\nkaren"), PROBABLE),
    "written by": (mail(body="She is poorly.\n\nWritten by Karen Marsh"), PROBABLE),
    "further on, with a verb": (mail(body=f"{LONG} It's Karen, writing on her tablet."), PROBABLE),
    "further on, by name": (mail(body=f"{LONG} My name is Karen and I look after things here."), PROBABLE),
    # the same person, signing as people do
    "further on, anybody": (mail(body=f"{LONG} It's Karen."), EXACT),
    "another surname of hers": (mail(body="It's Olive Marsh here about the hedge."), EXACT),
    "written by herself": (mail(body="The hedge again.\n\nWritten by Olive Marsh"), EXACT),
    "initials": (mail(body="Again.\n\nOB"), EXACT),
    "initial": (mail(body="Again.\n\nO. Bracken"), EXACT),
    "initial and title": (mail(body="Again.\n\nO. Bracken (Mrs)"), EXACT),
    "first name": (mail(body="Again.\n\nThanks\nOlive"), EXACT),
    "pet name": (mail(body="Again.\n\nLiv x"), EXACT),
    "surname initial": (mail(body="Again.\n\nOlive B"), EXACT),
    "title": (mail(body="Again.\n\nYours\nMrs Bracken"), EXACT),
    "odd signature": (mail(body="Again.\n\nRegards\nDisgusted Resident"), EXACT),
    "a place beneath": (mail(body="Again.\n\nOlive Bracken\nUpper Slaughter"), EXACT),
    "phone adverts": (mail(body="Again.\n\nSent from my iPhone"), EXACT),
    "without capitals, herself": (mail(body="again\n\nolive"), EXACT),
    "a name before the registered one": (mail(body="Again.\n\nRegards\nJ O Bracken"), EXACT),
    "a nickname nobody registered": (mail(body="Again.\n\nRegards\nBig Bracken"), EXACT),
    "her details first": (mail(body="Again.\n\n01632 960123\nOlive"), EXACT),
    "wives of others": (mail(body="Ask Hill's wife. My husband Ted saw it on Karen's phone, and she asked me to write."), EXACT),
    "under the dashes": (mail(body="Again.", signature="O Bracken\nChair, Anytown Bowls"), EXACT),
    "a long disclaimer": (mail(body="Again.\n\nOlive", signature="This message is confidential. If it is not for you, delete it."), EXACT),
    "jointly": (mail(body="Again.\n\nRegards\nOlive and Karen Bracken"), EXACT),
    "for others": (mail(body="I write on behalf of the residents of Anytown.\n\nO Bracken"), EXACT),
    "of her mother": (mail(body="My mother was left on a trolley. I am her daughter and I want answers for what was done to her."), EXACT),
    "somebody else's phone": (mail(body="The officer was using his phone. It's Sergeant Hill's fault. The photo is on Karen's phone."), EXACT),
    "her own introduction": (mail(body="It's Olive again. This is Thursday, I'm Fed Up."), EXACT),
    # shared addresses
    "shared": (mail("hall@village.example", "Hello.\n\nHarry Dunmore"), {"harry": "possible"}),
    "two people": (mail("dunmores@home.example", "Hello."), {"harry": "possible", "wendy": "possible"}),
    "two people, one named": (
        mail("dunmores@home.example", "Hello.", name="Wendy Dunmore"),
        {"wendy": "exact", "harry": "possible"},
    ),
    "two people, one signs": (
        mail("dunmores@home.example", "Hello.\n\nHarry"),
        {"harry": "exact", "wendy": "possible"},
    ),
    "two people, one signs beneath a name of neither": (
        mail("dunmores@home.example", "Hello.\n\nWendy", name="Home Account"),
        {"wendy": "exact", "harry": "possible"},
    ),
    "two people, surname only": (
        mail("dunmores@home.example", "Hello.\n\nDunmore"),
        {"harry": "possible", "wendy": "possible"},
    ),
    "two people, names at odds": (
        mail("dunmores@home.example", "Hello.\n\nHarry", name="Wendy Dunmore"),
        {"harry": "possible", "wendy": "possible"},
    ),
    # representatives
    "representative": (
        mail("pat@advocacy.example", "My client Mrs Olive Bracken, XR/2025/0042.\n\nPat Advocate"),
        {"olive(representative)": "exact"},
    ),
    "representative, forged": (
        mail("pat@advocacy.example", "My client.\n\nPat Advocate", auth=FAIL),
        {"olive(representative)": "possible"},
    ),
    "representative by name": (mail(NEW, "My client.\n\nPat Advocate", name="Pat Advocate"), {}),
    "former representative": (mail("q.lawson@law.example", "My client.\n\nQuentin Lawson"), {}),
    "former representative with the reference": (
        mail("q.lawson@law.example", "My client, XR/2025/0042.\n\nQuentin Lawson"),
        POSSIBLE,
    ),
    # calls
    "number": (call("01632960123", "Rang about the hedge."), EXACT),
    "number with relay": (call("18001 01632 960 123"), EXACT),
    "number, international": (call("+44 (0)1632 960123"), EXACT),
    "number, one digit out": (call("01632960124", "Lady asking the time."), {}),
    "withheld": (call("withheld", "Somebody rang."), {}),
    "null": (call(None, "Somebody rang."), {}),
    "withheld with a name": (call("anonymous", "Caller gave her name as Olive Bracken. Hedge."), POSSIBLE),
    "withheld with title and surname": (call(None, "Mrs Bracken about the hedge."), POSSIBLE),
    "withheld with an initial": (call(None, "O Bracken rang about the hedge."), POSSIBLE),
    "withheld, named by staff": (said(None, "Is that Mrs Bracken?", speaker="staff"), {}),
    "withheld, named by the caller": (said(None, "This is Mrs Bracken.", speaker="caller"), POSSIBLE),
    "withheld, lower case": (call("", "olive bracken rang about hedge"), POSSIBLE),
    "withheld, said": (call("private", transcript="Yes hello, my name is Olive Bracken."), POSSIBLE),
    "voicemail": (call("01632960123", channel=Channel.VOICEMAIL, transcript="Yeah it's Olive."), EXACT),
    "text message": (call("01632960123", channel=Channel.SMS), EXACT),
    "her daughter rang": (call("01632960123", "Daughter of Mrs Bracken rang to say she is in hospital."), PROBABLE),
    "another caller": (call("01632960123", "Mr Marsh rang, borrowed the phone."), PROBABLE),
    "herself": (call("01632960123", "Mrs Bracken. Said Mr Marsh next door cut it."), EXACT),
    "two people, one phone": (call("01632 960500", "Noise again."), {"harry": "possible", "wendy": "possible"}),
    "two people, one phone, named": (
        call("01632 960500", "Harry Dunmore rang about noise."),
        {"harry": "exact", "wendy": "possible"},
    ),
    "we rang her": (call("01632 100100", "Rang Mrs Bracken.", called="01632 960123", direction=Direction.OUTBOUND), EXACT),
    # the rest
    "webform with her address": (other(Channel.WEBFORM, "olive.bracken@post.example", "Hello"), PROBABLE),
    "webform with her address in the text": (other(Channel.WEBFORM, None, "Email: olive.b@gmail.com\nHello"), PROBABLE),
    "handle": (other(Channel.SOCIAL_MEDIA, "@OliveB", "Oi"), EXACT),
    "handle with platform": (other(Channel.SOCIAL_MEDIA, "https://x.com/oliveb", "Oi"), EXACT),
    "other handle": (other(Channel.SOCIAL_MEDIA, "@oliveb1", "Oi"), {}),
    "letter, named and addressed": (
        other(Channel.LETTER, "Olive Bracken, Rose Cottage, Mill Lane, Anytown AB1 2CD", "Dear Sir"),
        EXACT,
    ),
    "letter, address only": (other(Channel.LETTER, "Rose Cottage, Mill Lane, AB1 2CD", "Dear Sir"), POSSIBLE),
    "letter, address and another name": (
        other(Channel.LETTER, "Ted Marsh, Rose Cottage, Mill Lane, AB1 2CD", "Dear Sir"),
        POSSIBLE,
    ),
    "letter, head and signature": (
        other(Channel.LETTER, None, "Rose Cottage\nMill Lane\nAnytown\nAB1 2CD\n\nDear Sir\nAgain.\n\nYours\nOlive Bracken"),
        PROBABLE,
    ),
    "letter, name only": (other(Channel.LETTER, "Olive Bracken", "Dear Sir"), POSSIBLE),
    "letter, recorded under her address": (other(Channel.LETTER, "olive.bracken@post.example", "Dear Sir"), EXACT),
    "visit, name given": (other(Channel.VISIT, "Olive Bracken", notes="At the desk."), POSSIBLE),
    "visit, known": (other(Channel.VISIT, "olive.bracken@post.example", notes="At the desk."), EXACT),
    "nobody": (other(Channel.LETTER, None, ""), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_strength(case: str) -> None:
    contact, expected = CASES[case]
    assert found(run(contact)) == expected


@pytest.mark.parametrize("case", CASES)
def test_whatever_is_found_can_be_looked_up(case: str) -> None:
    contact, _ = CASES[case]
    keys = keys_of(claims_of(contact))
    dossiers = {dossier.person.id: dossier for dossier in REGISTER}
    for match in run(contact).matches:
        assert keys & dossier_keys(dossiers[match.person])


@pytest.mark.parametrize("case", CASES)
def test_candidates_alone_give_the_same_answer(case: str) -> None:
    contact, _ = CASES[case]
    keys = keys_of(claims_of(contact))
    candidates = tuple(dossier for dossier in REGISTER if keys & dossier_keys(dossier))
    assert run(contact, candidates) == run(contact)


@pytest.mark.parametrize(
    ("contact", "rule"),
    [
        (CASES["authentication failed"][0], "authentication_failed"),
        (CASES["his wife"][0], "other_writer"),
        (CASES["shared"][0], "shared_identifier"),
        (CASES["two people"][0], "several_people"),
        (CASES["two From"][0], "several_senders"),
        (CASES["resent by her, aligned"][0], "resent"),
        (CASES["representative"][0], "representative"),
        (CASES["withheld"][0], "withheld_number"),
        (CASES["our own address"][0], "own_address"),
    ],
)
def test_reason(contact: Contact, rule: str) -> None:
    result = run(contact)
    assert rule in rules(result)
    assert all(reason.text == REASONS[reason.rule] for reason in result.reasons)


def test_plain_match_needs_no_reason() -> None:
    assert run(mail()).reasons == ()


@pytest.mark.parametrize(
    ("contact", "by"),
    [
        (mail(), ["email"]),
        (call("01632960123"), ["phone"]),
        (mail(NEW, "Hello.\n\nLivvy Bracken\n01632 960123"), ["signature", "alias"]),
        (mail(NEW, "Hello.", reply_to=(SenderAddress(address="olive.b@gmail.com"),)), ["reply_to"]),
        (mail(NEW, "XR/2025/0042?"), ["case_reference"]),
        (CASES["handle"][0], ["social"]),
        (CASES["letter, address only"][0], ["postal"]),
        (CASES["name alone"][0], ["name"]),
    ],
)
def test_by(contact: Contact, by: list[str]) -> None:
    told = [match.by.value for match in run(contact).matches]
    assert set(by) <= set(told)
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("contact", "tie"),
    [
        (mail(auth=FAIL), "email:olive.bracken@post.example"),
        (mail(NEW, "XR/2025/0042?"), "case_reference:xr/2025/0042"),
        (mail(NEW, "XR/2025/0042?", name="Olive Bracken"), f"email:{NEW}"),
        (call("01632 777777", "Olive Bracken rang."), "phone:+441632777777"),
        (call(None, "Olive Bracken rang."), "name:olive bracken"),
    ],
)
def test_dismissed_tie_is_not_asked_again(contact: Contact, tie: str) -> None:
    assert tie in {name for t in run(contact).ties for name in (t.name, t.dismissed_as)}
    assert run(contact, dismissed=frozenset({("olive", tie)})).matches == ()
    assert run(contact, dismissed=frozenset({("harry", tie)})).matches


def test_a_registered_identifier_cannot_be_dismissed() -> None:
    dismissed = frozenset({("olive", "email:olive.bracken@post.example")})
    assert found(run(mail(), dismissed=dismissed)) == EXACT


def test_authorities_are_given_with_the_match_and_where_none_holds_any_more() -> None:
    advocate = Representative(name="Pat", identifiers=(ident("email", "pat@advocacy.example"),), matters=("m1",))
    person = OLIVE.person.model_copy(update={"representatives": (advocate,)})
    result = run(mail("pat@advocacy.example", "Hello."), (Dossier(person=person),))
    assert result.authorities == (Authority("olive", advocate, certain=True),)
    forged = run(mail("pat@advocacy.example", "Hello.", auth=FAIL), (Dossier(person=person),))
    assert forged.authorities == (Authority("olive", advocate, certain=False),)
    former = run(CASES["former representative"][0])
    assert [(one.person, one.representative.name) for one in former.authorities] == [("olive", "Quentin Lawson")]
    assert run(mail()).authorities == ()


def test_one_human_registered_for_herself_and_for_another_is_certain_in_both_roles() -> None:
    pat = Dossier(person=Person(id="pat", name="Pat Advocate", identifiers=(ident("email", "pat@advocacy.example"),)))
    result = run(mail("pat@advocacy.example", "Hello."), (OLIVE, pat))
    assert found(result) == {"pat": "exact", "olive(representative)": "exact"}


def test_solicitor_of_two_people_is_certain_for_both() -> None:
    helen = Representative(name="Helen Law", identifiers=(ident("email", "helen@law.example"),))
    clients = tuple(
        Dossier(person=Person(id=i, name=n, representatives=(helen,))) for i, n in (("a", "Ann Ash"), ("b", "Bo Birch"))
    )
    assert found(run(mail("helen@law.example", "Hello."), clients)) == {
        "a(representative)": "exact",
        "b(representative)": "exact",
    }


def test_surname_that_many_share_ties_nobody() -> None:
    people = tuple(
        Dossier(person=Person(id=f"p{i}", name=f"{n} Smith")) for i, n in enumerate(("Ann", "Bob", "Cy", "Di"))
    )
    assert run(call(None, "Mrs Smith rang."), people).matches == ()
    assert len(run(call(None, "Mrs Smith rang."), people[:3]).matches) == 3


def test_handle_on_another_platform_is_another() -> None:
    person = Person(id="x", name="Ann Ash", identifiers=(ident("social", "https://x.com/annash"),))
    assert run(other(Channel.SOCIAL_MEDIA, "facebook.com/annash"), (Dossier(person=person),)).matches == ()
    assert found(run(other(Channel.SOCIAL_MEDIA, "@annash"), (Dossier(person=person),))) == {"x": "exact"}


def test_our_own_registered_address_never_matches() -> None:
    person = Person(id="x", name="Ann Ash", identifiers=(ident("email", "ann@office.example"),))
    assert run(mail("ann@office.example", "Hello."), (Dossier(person=person),)).matches == ()


def test_hostile_contact_asks_for_a_bounded_number_of_keys() -> None:
    body = " ".join(f"Ab{i} Cd{i} XR/{i}/{i} 01632 {100000 + i} x{i}@y{i}.example" for i in range(20_000))
    assert len(keys_of(claims_of(mail(NEW, body)))) < 500
    assert len(keys_of(claims_of(call(None, body)))) < 500
