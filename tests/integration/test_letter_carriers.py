"""Letters leave the house: by GOV.UK Notify, by our mail server, or for the printer; and where they do not, why."""

from __future__ import annotations

import base64
import socket
import ssl
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from notify_fake import KEY, SERVICE, TEMPLATE, FakeNotify, fake_notify
from pydantic import ValidationError
from smtp_sink import sink

from gateway.dispatch.carriers import notify as notify_module
from gateway.dispatch.carriers import pinned
from gateway.dispatch.carriers.carrier import Enclosure, NotCarried, Parcel
from gateway.dispatch.carriers.mail import ByMail
from gateway.dispatch.carriers.notify import NotifyMail, NotifyPost
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.dispatch.mailer import Mailer
from gateway.dispatch.pool import SmtpPool
from gateway.dispatch.settings import NotifySettings, RelaySettings
from gateway.dispatch.trace import Trace

PDF = b"%PDF-1.7 a letter \r\n.\r\n" + bytes(range(256)) * 40
SENDING = "CS-1/L1/post/0123456789abcdef/1"
ADDRESS = ("Jordan Example", "1 High Street", "Stafford", "ST16 1AA")


def parcel(**changes: Any) -> Parcel:
    fields: dict[str, Any] = {
        "reference": "CS-1/L1",
        "sending": SENDING,
        "to": "jordan@mail.example",
        "address": ADDRESS,
        "subject": "Example Borough Council: How you can contact us",
        "text": "Dear Jordan\n\n“Words” of ours.",
        "pdf": PDF,
        **changes,
    }
    return Parcel(**fields)


@pytest.fixture
async def notify() -> AsyncIterator[FakeNotify]:
    async with fake_notify() as fake:
        yield fake


def settings(fake: FakeNotify, tmp_path: Path, *, key: str = KEY, **changes: Any) -> NotifySettings:
    file = tmp_path / "notify.key"
    file.write_text(key + "\n", "utf-8")
    fields: dict[str, Any] = {"api_key_file": file, "email_template_id": TEMPLATE, "base_url": fake.url, **changes}
    return NotifySettings(**fields)


async def test_notify_mails_the_words_and_a_link_to_the_pdf(notify: FakeNotify, tmp_path: Path) -> None:
    policy_copy = Enclosure("policy.pdf", b"%PDF-1.7 policy")
    carried = await NotifyMail(settings(notify, tmp_path)).carry(parcel(enclosures=(policy_copy,)))
    (taken,) = notify.taken
    assert carried.evidence == f"GOV.UK Notify {taken['id']}"
    assert (taken["email_address"], taken["reference"]) == ("jordan@mail.example", SENDING)
    said = taken["personalisation"]
    assert said["body"].startswith("Dear Jordan") and said["subject"].endswith("contact us")
    assert base64.b64decode(said["link_to_file"]["file"]) == PDF
    assert said["link_to_file"]["confirm_email_before_download"] is True
    assert base64.b64decode(said["link_to_policy"]["file"]) == policy_copy.content


async def test_notify_posts_our_pdf_as_it_is(notify: FakeNotify, tmp_path: Path) -> None:
    carried = await NotifyPost(settings(notify, tmp_path)).carry(parcel())
    (taken,) = notify.taken
    assert base64.b64decode(taken["content"]) == PDF
    assert taken["reference"] == SENDING
    assert carried.evidence == f"GOV.UK Notify {taken['id']}"


@pytest.mark.parametrize(
    ("answer", "says", "perhaps"),
    [
        ((400, "BadRequestError", "Template not found"), "refuses it: Template not found", False),
        ((403, "AuthError", "Invalid token: expired"), "does not accept the API key: Invalid token: expired", False),
        ((429, "RateLimitError", "Exceeded rate limit"), "takes no more for now: Exceeded rate limit", False),
        ((500, "Exception", "Internal server error"), "is in trouble (500)", True),
        ((503, "Exception", "Unavailable"), "is in trouble (503)", True),
        ((404, "NoResultFound", "No result found"), "answered 404", False),
    ],
)
async def test_what_notify_answers_is_said_in_words(
    notify: FakeNotify, tmp_path: Path, answer: tuple[int, str, str], says: str, perhaps: bool
) -> None:
    notify.answer = answer
    for carrier in (NotifyMail(settings(notify, tmp_path)), NotifyPost(settings(notify, tmp_path))):
        with pytest.raises(NotCarried) as refused:
            await carrier.carry(parcel())
        assert str(refused.value).endswith(says)
        assert refused.value.perhaps is perhaps
    assert notify.taken == []


async def test_a_key_of_another_service_is_refused_by_notify_and_one_of_no_kind_by_us(
    notify: FakeNotify, tmp_path: Path
) -> None:
    other = f"office-{SERVICE}-00000000-0000-4000-8000-000000000000"
    with pytest.raises(NotCarried, match="does not accept the API key"):
        await NotifyPost(settings(notify, tmp_path, key=other)).carry(parcel())
    asked = notify.asked
    with pytest.raises(NotCarried, match=r"not one of GOV\.UK Notify's"):
        await NotifyPost(settings(notify, tmp_path, key="password")).carry(parcel())
    with pytest.raises(NotCarried, match="cannot be read"):
        await NotifyPost(settings(notify, tmp_path, api_key_file=tmp_path / "none")).carry(parcel())
    assert notify.asked == asked


async def test_a_connection_that_ends_without_an_answer_may_have_carried_it(notify: FakeNotify, tmp_path: Path) -> None:
    notify.hang_up = True
    with pytest.raises(NotCarried, match="did not answer") as refused:
        await NotifyPost(settings(notify, tmp_path)).carry(parcel())
    assert refused.value.perhaps


async def test_what_notify_took_without_our_hearing_of_it_is_found_by_its_reference_and_goes_once(
    notify: FakeNotify, tmp_path: Path
) -> None:
    carriers = (NotifyMail(settings(notify, tmp_path)), NotifyPost(settings(notify, tmp_path)))
    notify.loses_answers = True
    for number, carrier in enumerate(carriers, start=1):
        sent = parcel(sending=f"CS-1/L{number}/x/1")
        for _again in range(2):
            carried = await carrier.carry(sent)
            assert carried.evidence.startswith(f"GOV.UK Notify {notify.taken[-1]['id']}, which it took at ")
            assert carried.taken_at == datetime.fromisoformat(notify.taken[-1]["created_at"])
        assert await carrier.taken(sent) == carried
    assert len(notify.taken) == 2


@pytest.mark.parametrize(
    ("status", "goes_again"),
    [
        ("created", False), ("delivered", False), ("pending-virus-check", False), ("received", False),
        ("technical-failure", True), ("validation-failed", True), ("cancelled", True), ("permanent-failure", True),
    ],
)  # fmt: skip
async def test_what_notify_could_not_deliver_goes_again_and_nothing_else_does(
    notify: FakeNotify, tmp_path: Path, status: str, goes_again: bool
) -> None:
    carrier = NotifyPost(settings(notify, tmp_path))
    await carrier.carry(parcel())
    notify.taken[0]["status"] = status
    await carrier.carry(parcel())
    assert len(notify.taken) == 1 + goes_again
    await carrier.carry(parcel(sending="CS-1/L1/post/0123456789abcdef/2"))  # another sending of it
    assert len(notify.taken) == 2 + goes_again


async def test_nothing_is_sent_while_notify_cannot_say_whether_it_has_it_already(
    notify: FakeNotify, tmp_path: Path
) -> None:
    notify.says_of_taken = (500, "Exception", "Internal server error")
    with pytest.raises(NotCarried, match="nothing was sent now") as refused:
        await NotifyPost(settings(notify, tmp_path)).carry(parcel())
    assert (refused.value.perhaps, notify.taken) == (False, [])
    # Asked after a try that was not answered, it is not known whether that went.
    notify.says_of_taken = None
    notify.answer = (500, "Exception", "Internal server error")
    with pytest.raises(NotCarried, match="is in trouble") as uncertain:
        await NotifyPost(settings(notify, tmp_path)).carry(parcel())
    assert uncertain.value.perhaps


async def test_nothing_went_where_nobody_listens(notify: FakeNotify, tmp_path: Path) -> None:
    nobody = settings(notify, tmp_path, base_url="http://127.0.0.1:9")
    with pytest.raises(NotCarried, match="cannot be reached") as refused:
        await NotifyPost(nobody).carry(parcel())
    assert not refused.value.perhaps


async def test_a_redirect_is_not_followed(notify: FakeNotify, tmp_path: Path) -> None:
    async with fake_notify() as elsewhere:
        notify.redirect = f"{elsewhere.url}/v2/notifications/letter"
        with pytest.raises(NotCarried, match="answered 307"):
            await NotifyPost(settings(notify, tmp_path)).carry(parcel())
        assert (notify.asked, elsewhere.asked) == (2, 0)  # whether it has it already, and to take it


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "localhost"])
async def test_over_the_web_no_inner_address_is_called(notify: FakeNotify, tmp_path: Path, host: str) -> None:
    port = notify.url.rpartition(":")[2]
    with pytest.raises(NotCarried, match="leads where we may not call"):
        await NotifyPost(settings(notify, tmp_path, base_url=f"https://{host}:{port}")).carry(parcel())
    assert notify.asked == 0


@pytest.mark.parametrize(("names", "taken"), [("notify.example", True), ("other.example", False)])
async def test_over_the_web_the_certificate_must_be_of_the_name_though_the_address_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str, taken: bool
) -> None:
    certificate, context = _certified(tmp_path, names)
    monkeypatch.setattr(pinned, "is_allowed", lambda _address, **_: True)  # there is no other address to listen at here
    monkeypatch.setattr(pinned.socket, "getaddrinfo", _here)
    monkeypatch.setattr(notify_module, "guard", _trusting(certificate))
    async with fake_notify(context) as fake:
        url = f"https://notify.example:{fake.url.rpartition(':')[2]}"
        carrier = NotifyPost(settings(fake, tmp_path, base_url=url))
        if taken:
            await carrier.carry(parcel())
        else:
            with pytest.raises(NotCarried, match="no certificate that holds"):
                await carrier.carry(parcel())
    assert len(fake.taken) == taken
    assert fake.hosts == ([url.removeprefix("https://")] * 2 if taken else [])


def _here(_host: Any, port: Any, *_others: Any, **_named: Any) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


def _trusting(certificate: Path) -> Any:
    def guarded(session: Any, base_url: str) -> None:
        pinned.guard(session, base_url)
        session.verify = str(certificate)

    return guarded


def _certified(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return certificate, context


async def test_a_proxy_of_the_environment_is_not_asked(
    notify: FakeNotify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    await NotifyPost(settings(notify, tmp_path)).carry(parcel())
    assert len(notify.taken) == 1


@pytest.mark.parametrize("url", ["http://notify.example", "ftp://127.0.0.1", "https://", "https://a.example/path"])
def test_an_address_of_notify_is_https_or_this_machine(url: str) -> None:
    with pytest.raises(ValidationError):
        NotifySettings(base_url=url)


async def test_an_address_that_nothing_is_posted_to_is_refused_before_notify_is_asked(
    notify: FakeNotify, tmp_path: Path
) -> None:
    carrier = NotifyPost(settings(notify, tmp_path))
    for address in (ADDRESS[:2], (*ADDRESS[:-1], "near the station"), tuple("abcdefg") + ADDRESS[-1:]):
        with pytest.raises(NotCarried, match="3 to 7 lines"):
            await carrier.carry(parcel(address=address))
    with pytest.raises(NotCarried, match="--print"):
        await carrier.carry(parcel(enclosures=(Enclosure("policy.pdf", b"%PDF-"),)))
    assert notify.asked == 0


async def test_our_mail_server_gets_the_letter_with_its_pdf() -> None:
    async with sink() as server:
        relay = RelaySettings(port=server.port, from_address="gateway@council.example", hostname="gw.example")
        pool = SmtpPool(relay)
        mailer = Mailer(pool, Trace(b"k" * 32), relay, now=lambda: datetime(2026, 3, 2, tzinfo=UTC))
        by_mail = ByMail(mailer, office='Council of "Ex, ample"', reply_to="spoc@council.example")
        carried = await by_mail.carry(parcel(enclosures=(Enclosure("policy.pdf", b"%PDF-1.7 policy"),)))
        await pool.close()
    (taken,) = server.taken
    assert taken.recipients == ["jordan@mail.example"]
    mail = message_from_bytes(taken.content, policy=policy.default)
    assert mail.defects == []
    assert mail["From"].addresses[0].display_name == "Council of Ex, ample"
    assert mail["Reply-To"] == "spoc@council.example"
    assert mail["Message-ID"] == carried.message_id
    assert carried.sent_from == "gateway@council.example"
    body = mail.get_body()
    assert body is not None and "“Words” of ours." in body.get_content()
    files = [(one.get_filename(), one.get_content_type(), one.get_content()) for one in mail.iter_attachments()]
    assert files == [
        ("CS-1-L1.pdf", "application/pdf", PDF),
        ("policy.pdf", "application/pdf", b"%PDF-1.7 policy"),
    ]


@pytest.mark.parametrize(
    ("reply", "says"),
    [("550 5.1.1 no such user", "refuses it: 550 5.1.1 no such user"), ("451 4.3.0 later", "does not take it now")],
)
async def test_what_our_mail_server_does_not_take_is_not_sent(reply: str, says: str) -> None:
    async with sink(answers={"jordan@mail.example": reply}) as server:
        relay = RelaySettings(port=server.port)
        pool = SmtpPool(relay)
        mailer = Mailer(pool, Trace(b"k" * 32), relay, now=lambda: datetime(2026, 3, 2, tzinfo=UTC))
        with pytest.raises(NotCarried, match=says):
            await ByMail(mailer, office="Council", reply_to="spoc@council.example").carry(parcel())
        await pool.close()
    assert server.taken == []


@pytest.mark.parametrize(
    ("answers", "perhaps"),
    [
        ({"dot": "2drop"}, True),
        ({"dot": "drop"}, True),
        ({"dot": "421 4.3.2 shutting down"}, False),
        ({"dot": "451 4.3.0 later"}, False),
        ({"data": "drop"}, False),
        ({"jordan@mail.example": "drop"}, False),
    ],
)
async def test_only_what_our_mail_server_had_whole_without_a_word_may_have_gone(
    answers: dict[str, str | list[str]], perhaps: bool
) -> None:
    async with sink(answers=answers) as server:
        relay = RelaySettings(port=server.port)
        pool = SmtpPool(relay)
        mailer = Mailer(pool, Trace(b"k" * 32), relay, now=lambda: datetime(2026, 3, 2, tzinfo=UTC))
        with pytest.raises(NotCarried) as caught:
            await ByMail(mailer, office="Council", reply_to="spoc@council.example").carry(parcel())
        await pool.close()
    assert caught.value.perhaps is perhaps and (caught.value.can_be_asked is not perhaps)


async def test_a_letter_for_the_printer_is_for_our_eyes_only_and_whole(tmp_path: Path) -> None:
    queue = PrintQueue(tmp_path / "letters")
    carried = await queue.carry(parcel())
    path = carried.waits_at
    assert path == tmp_path / "letters" / "CS-1-L1.pdf"
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["CS-1-L1.pdf"]
    await queue.remove("CS-1/L1")
    assert list(path.parent.iterdir()) == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file, not a folder")
    with pytest.raises(NotCarried, match="cannot be written"):
        await PrintQueue(tmp_path / "letters").carry(parcel())
