"""What holds of identity whatever a contact says."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from models.contact import Authentication, CallFacts, Channel, Contact, EmailFacts, Part, Sender, SenderAddress
from models.identifier import IdentifierKind, PersonIdentifier
from models.identity import MatchedAs, Strength
from models.matter import Matter
from models.organisation import Organisation, QueueAddresses
from models.person import Person, Representative
from models.register import Dossier
from routing.identity import names, normalise, postal
from routing.identity.claims import claims_of
from routing.identity.keys import dossier_keys, keys_of
from routing.identity.match import identify

OFFICE = Organisation(name="Office", domains=("office.example",), addresses=QueueAddresses(manager="m@office.example"))
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
ADDRESS = "ada.quill@post.example"
NUMBER = "+441632960123"
LOOKALIKES = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "l": "ӏ", "i": "і", "d": "ԁ", "t": "ｔ", "x": "х"}


def _identifier(kind: IdentifierKind, value: str) -> PersonIdentifier:
    return PersonIdentifier(kind=kind, value=value)


ADA = Dossier(
    person=Person(
        id="ada",
        name="Ada Quill",
        aliases=("A. Q.", "Adi Quill"),
        identifiers=(_identifier(IdentifierKind.EMAIL, ADDRESS), _identifier(IdentifierKind.PHONE, NUMBER)),
        representatives=(
            Representative(name="Rep", identifiers=(_identifier(IdentifierKind.EMAIL, "rep@law.example"),)),
        ),
    ),
    matters=(Matter(id="m", person="ada", reference="ZZ/2025/0099", title="Bins"),),
)
ABE = Dossier(
    person=Person(id="abe", name="Abe Quill", identifiers=(_identifier(IdentifierKind.EMAIL, "q@home.example"),))
)
REGISTER = (ADA, ABE)

snippets = st.sampled_from(
    [
        "Ada Quill", "A Quill", "Abe", "Regards", "Karen", "It's Karen, using Ada's email.", "01632 960123", ADDRESS,
        "ZZ/2025/0099", "This is his wife writing.", "on behalf of Ada Quill", "Mrs Quill rang", "--", "Adi Quill",
        "12 Elm Road, AB1 2CD", "Sent on behalf of Mr Hill",
    ]
)  # fmt: skip
texts = st.lists(st.one_of(snippets, st.text(max_size=40)), max_size=8).map("\n".join)
addresses = st.sampled_from([ADDRESS, "Ada.Quill+x@POST.example", "q@home.example", "rep@law.example", "z@new.example"])
display_names = st.one_of(st.none(), st.sampled_from(["Ada Quill", "Abe Quill", "Quill, Ada"]), st.text(max_size=20))


@st.composite
def mails(draw: st.DrawFn) -> Contact:
    senders = tuple(
        SenderAddress(address=a, name=draw(display_names)) for a in draw(st.lists(addresses, min_size=1, max_size=2))
    )
    resent = draw(st.one_of(st.none(), addresses.map(lambda a: SenderAddress(address=a))))
    authentications = st.sampled_from(Authentication)
    return Contact(
        id="c",
        channel=Channel.EMAIL,
        received_at=AT,
        sender=Sender(identifier=senders[0].address, name=senders[0].name, authentication=draw(authentications)),
        subject=draw(texts),
        parts=(Part(name="body", text=draw(texts)), Part(name="quoted", text=draw(texts))),
        email=EmailFacts(
            from_addresses=senders,
            resent_from=resent,
            resent_authentication=draw(authentications),
            reply_to=tuple(SenderAddress(address=a) for a in draw(st.lists(addresses, max_size=1))),
        ),
    )


@st.composite
def records(draw: st.DrawFn) -> Contact:
    channel = draw(st.sampled_from([c for c in Channel if c is not Channel.EMAIL]))
    sender = draw(st.one_of(st.none(), addresses, texts, st.sampled_from([NUMBER, "withheld", "01632 960123"])))
    return Contact(
        id="c",
        channel=channel,
        received_at=AT,
        sender=Sender(identifier=sender),
        parts=(Part(name="body", text=draw(texts)), Part(name="notes", text=draw(texts))),
        call=CallFacts(caller=sender) if channel in (Channel.TELEPHONE, Channel.VOICEMAIL) else None,
    )


contacts = st.one_of(mails(), records())


@given(st.text(max_size=60))
def test_normal_forms_are_stable(text: str) -> None:
    for read in (normalise.email, normalise.phone, normalise.reference):
        once = read(text)
        assert once is None or read(once) == once
    words = names.name(text)
    assert names.name(" ".join(words)) == words or len(words) < 2


@given(st.emails())
def test_real_addresses_normalise_to_one_form(address: str) -> None:
    once = normalise.email(address)
    assert once is not None
    assert normalise.email(once) == once
    assert normalise.email(address.upper()) == once


@given(st.text(max_size=400))
def test_postal_key_of_an_address_is_among_its_own_blocks(text: str) -> None:
    lines = [line for line in text.replace(",", "\n").replace(";", "\n").splitlines() if line.strip()]
    key = postal.postal(text)
    if key and len(lines) <= 5:
        assert key in set(postal.blocks(text))


ADDRESS_WORDS = st.sampled_from(
    [
        "2",
        "12a",
        "Flat",
        "Park",
        "Court",
        "Road",
        "St",
        "The",
        "Gardens",
        "Weir",
        "Mary's",
        "Anytown",
        "Kent",
        "AN1 2BB",
    ]
)
ADDRESSES = st.lists(st.lists(ADDRESS_WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4)


@given(ADDRESSES, st.sampled_from([", ", "\n", ",  "]))
def test_an_address_with_the_same_key_is_the_same_door(lines: list[str], between: str) -> None:
    one, other = ", ".join(lines), between.join(lines).upper()
    assert postal.postal(one) == postal.postal(other)
    here, there = postal.Address.of(one), postal.Address.of(other)
    assert postal.may_be_one_door(here, there)
    assert postal.may_be_same(here, there)
    assert postal.are_equal_as_far_as_written(here, there)


@given(ADDRESSES, ADDRESSES)
def test_whichever_is_named_first_two_addresses_are_the_same_door_or_not(one: list[str], other: list[str]) -> None:
    here, there = postal.Address.of(", ".join(one)), postal.Address.of(", ".join(other))
    assert postal.may_be_one_door(here, there) is postal.may_be_one_door(there, here)
    if here.key is not None and here.key == there.key:
        assert postal.may_be_one_door(here, there)


@given(st.data())
def test_a_lookalike_address_is_never_exact(data: st.DataObject) -> None:
    places = [i for i, char in enumerate(ADDRESS) if char in LOOKALIKES]
    chosen = data.draw(st.sets(st.sampled_from(places), min_size=1))
    lookalike = "".join(LOOKALIKES[c] if i in chosen else c for i, c in enumerate(ADDRESS))
    contact = Contact(
        id="c",
        channel=Channel.EMAIL,
        received_at=AT,
        sender=Sender(identifier=lookalike, name="Ada Quill", authentication=Authentication.PASS),
        email=EmailFacts(from_addresses=(SenderAddress(address=lookalike, name="Ada Quill"),)),
    )
    matches = identify(contact, REGISTER, organisation=OFFICE).matches
    assert all(match.strength is Strength.POSSIBLE for match in matches)


@given(st.sampled_from([None, "", "anonymous", "withheld", "unavailable", "private"]), texts)
def test_a_withheld_number_is_at_most_possible(caller: str | None, notes: str) -> None:
    contact = Contact(
        id="c",
        channel=Channel.TELEPHONE,
        received_at=AT,
        parts=(Part(name="notes", text=notes),),
        call=CallFacts(caller=caller),
    )
    for match in identify(contact, REGISTER, organisation=OFFICE).matches:
        assert match.strength is not Strength.EXACT


@given(contacts)
def test_exact_needs_a_registered_identifier_and_no_failed_check(contact: Contact) -> None:
    result = identify(contact, REGISTER, organisation=OFFICE)
    exact = [match for match in result.matches if match.strength is Strength.EXACT]
    if not exact:
        return
    assert contact.channel is not Channel.WEBFORM
    facts = contact.email
    if facts is None:
        return
    if facts.resent_from is not None:
        assert facts.resent_authentication is Authentication.PASS
        sender = {normalise.email(facts.resent_from.address)}
    else:
        assert contact.sender.authentication is not Authentication.FAIL
        sender = {normalise.email(address.address) for address in facts.from_addresses}
    assert len(sender) == 1
    registered = {
        (dossier.person.id, role): {normalise.email(i.value) for i in identifiers if i.kind is IdentifierKind.EMAIL}
        for dossier in REGISTER
        for role, identifiers in (
            (MatchedAs.PERSON, dossier.person.identifiers),
            (MatchedAs.REPRESENTATIVE, tuple(i for r in dossier.person.representatives for i in r.identifiers)),
        )
    }
    assert all(sender <= registered[match.person, match.as_] for match in exact)


@given(contacts)
def test_whoever_is_found_can_be_looked_up(contact: Contact) -> None:
    keys = keys_of(claims_of(contact))
    held = {dossier.person.id: dossier_keys(dossier) for dossier in REGISTER}
    assert all(keys & held[match.person] for match in identify(contact, REGISTER, organisation=OFFICE).matches)


@given(contacts)
def test_one_strength_for_each_person_and_role_strongest_first(contact: Contact) -> None:
    matches = identify(contact, REGISTER, organisation=OFFICE).matches
    strengths: dict[tuple[str, MatchedAs], Strength] = {}
    assert all(strengths.setdefault((m.person, m.as_), m.strength) is m.strength for m in matches)
    ranks = [list(Strength).index(match.strength) for match in matches]
    assert ranks == sorted(ranks)
    assert len(set(matches)) == len(matches)


@given(mails(), texts)
def test_quoted_text_never_counts(contact: Contact, quoted: str) -> None:
    parts = tuple(part for part in contact.parts if part.name != "quoted")
    without = contact.model_copy(update={"parts": parts})
    with_other = contact.model_copy(update={"parts": (*parts, Part(name="quoted", text=quoted))})
    assert identify(without, REGISTER, organisation=OFFICE) == identify(with_other, REGISTER, organisation=OFFICE)


@given(contacts)
def test_what_was_dismissed_is_not_asked_again(contact: Contact) -> None:
    first = identify(contact, REGISTER, organisation=OFFICE)
    dismissed = frozenset((tie.person, tie.dismissed_as) for tie in first.ties if tie.strength is not Strength.EXACT)
    again = identify(contact, REGISTER, organisation=OFFICE, dismissed=dismissed)
    asked = {(tie.person, tie.dismissed_as) for tie in again.ties if tie.strength is not Strength.EXACT}
    assert not asked & dismissed
