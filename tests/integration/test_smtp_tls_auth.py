"""STARTTLS, implicit TLS, AUTH."""

from __future__ import annotations

import datetime
import ssl
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.intake.smtp.credentials import hash_password
from gateway.intake.smtp.server import ListenError
from tests.integration.smtp_rig import Peer, serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> dict[str, Any]:
    return {"tls_certificate": certificate[0], "tls_key": certificate[1]}


@pytest.fixture
def client(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def users(tls: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "users"
    path.write_text(f"alice:{hash_password('secret')}\n")
    return {
        **tls,
        "listen_tls": ("127.0.0.1:0",),
        "auth_users_file": path,
        "auth_failure_delay_seconds": 0,
        "allowed_networks": ("192.0.2.0/24",),
        "recipient_domains": ("ours.example",),
    }


async def send_one(peer: Peer) -> bytes:
    await peer.to_data()
    return await peer.ask(b"Subject: x\r\n\r\ntext\r\n.")


async def test_starttls_starts_over(tls: dict[str, Any], client: ssl.SSLContext) -> None:
    async with serving(**tls) as rig:
        peer = await rig.connect()
        assert b"STARTTLS" in await peer.ask(b"EHLO c.example")
        await peer.ask(b"MAIL FROM:<before@far.example>")
        assert (await peer.ask(b"STARTTLS")).startswith(b"220 2.0.0")
        await peer.start_tls(client)
        assert (await peer.ask(b"MAIL FROM:<a@far.example>")).startswith(b"503 5.5.1 Intro")
        assert b"STARTTLS" not in await peer.ask(b"EHLO c.example")
        assert (await peer.ask(b"RCPT TO:<b@ours.example>")).startswith(b"503 ")
        assert (await peer.ask(b"STARTTLS")).startswith(b"503 ")
        assert (await send_one(peer)).startswith(b"250 ")
        large = b"Subject: x\r\n\r\n" + (b"y" * 76 + b"\r\n") * 20_000
        await peer.to_data()
        peer.send(large + b".\r\n")
        assert (await peer.reply()).startswith(b"250 ")
        assert rig.spool.messages[1][1] == large
        assert (await peer.ask(b"QUIT")).startswith(b"221 ")


@pytest.mark.parametrize("block_bytes", [10, 65536])  # 10: what was injected is still in the stream, not read ahead
async def test_commands_injected_before_tls_are_thrown_away(
    tls: dict[str, Any], client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    monkeypatch.setattr("gateway.intake.smtp.wire._BLOCK", block_bytes)
    async with serving(**tls) as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        peer.send(b"STARTTLS\r\nMAIL FROM:<evil@far.example>\r\nRCPT TO:<b@ours.example>\r\n")
        assert (await peer.reply()).startswith(b"220 ")
        await peer.start_tls(client)
        assert (await peer.ask(b"NOOP")).startswith(b"250 2.0.0")
        assert (await peer.ask(b"RCPT TO:<b@ours.example>")).startswith(b"503 5.5.1 Need MAIL")


async def test_a_failed_handshake_closes(tls: dict[str, Any]) -> None:
    async with serving(**tls) as rig:
        peer = await rig.connect()
        await peer.ask(b"STARTTLS")
        peer.send(b"MAIL FROM:<a@far.example>\r\n" * 3)
        try:
            said = await peer.rest()
        except ConnectionError:
            said = b""
        assert b"250" not in said
        assert (await send_one(await rig.connect())).startswith(b"250 ")


async def test_tls_may_be_required(tls: dict[str, Any], client: ssl.SSLContext) -> None:
    async with serving(**tls, require_tls=True) as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        assert (await peer.ask(b"MAIL FROM:<>")).startswith(b"530 5.7.0 ")
        await peer.ask(b"STARTTLS")
        await peer.start_tls(client)
        assert (await send_one(peer)).startswith(b"250 ")


async def test_implicit_tls(tls: dict[str, Any], client: ssl.SSLContext) -> None:
    async with serving(**tls, listen_tls=("127.0.0.1:0",)) as rig:
        peer = await rig.connect("listen_tls", ssl=client, server_hostname="localhost")
        assert b"STARTTLS" not in await peer.ask(b"EHLO c.example")
        assert (await send_one(peer)).startswith(b"250 ")


async def test_login_only_over_tls(users: dict[str, Any], client: ssl.SSLContext) -> None:
    async with serving(**users) as rig:
        peer = await rig.connect()
        assert b"AUTH" not in await peer.ask(b"EHLO c.example")
        assert (await peer.ask(b"AUTH PLAIN " + b64encode(b"\0alice\0secret"))).startswith(b"538 5.7.11 ")
        await peer.ask(b"STARTTLS")
        await peer.start_tls(client)
        assert b"AUTH PLAIN LOGIN" in await peer.ask(b"EHLO c.example")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([b"AUTH PLAIN " + b64encode(b"\0alice\0secret")], b"235 2.7.0 "),
        ([b"AUTH PLAIN", b64encode(b"\0alice\0secret")], b"235 2.7.0 "),
        ([b"auth login", b64encode(b"alice"), b64encode(b"secret")], b"235 2.7.0 "),
        ([b"AUTH LOGIN " + b64encode(b"alice"), b64encode(b"secret")], b"235 2.7.0 "),
        ([b"AUTH PLAIN " + b64encode(b"\0alice\0wrong")], b"535 5.7.8 "),
        ([b"AUTH PLAIN " + b64encode(b"\0mallory\0secret")], b"535 5.7.8 "),
        ([b"AUTH PLAIN ="], b"501 5.5.2 "),
        ([b"AUTH PLAIN !!!"], b"501 5.5.2 "),
        ([b"AUTH LOGIN", b"*"], b"501 5.7.0 "),
        ([b"AUTH LOGIN", b"x" * 20_000], b"500 5.5.6 "),
        ([b"AUTH PLAIN " + b64encode(b"one field")], b"501 5.5.2 "),
        ([b"AUTH CRAM-MD5"], b"504 5.5.4 "),
    ],
)
async def test_login(users: dict[str, Any], client: ssl.SSLContext, said: list[bytes], code: bytes) -> None:
    async with serving(**users) as rig:
        peer = await rig.connect("listen_tls", ssl=client, server_hostname="localhost")
        await peer.ask(b"EHLO c.example")
        for line in said[:-1]:
            assert (await peer.ask(line)).startswith(b"334 ")
        assert (await peer.ask(said[-1])).startswith(code)
        await peer.ask(b"MAIL FROM:<>")
        accepted = (await peer.ask(b"RCPT TO:<b@ours.example>")).startswith(b"250 ")
        assert accepted is (code[:3] == b"235")
        assert (await peer.ask(b"RCPT TO:<b@far.example>")).startswith(b"550 ")


async def test_login_has_its_place(users: dict[str, Any], client: ssl.SSLContext) -> None:
    async with serving(**users) as rig:
        peer = await rig.connect("listen_tls", ssl=client, server_hostname="localhost")
        login = b"AUTH PLAIN " + b64encode(b"\0alice\0secret")
        assert (await peer.ask(login)).startswith(b"503 5.5.1 Intro")
        await peer.ask(b"HELO c.example")
        assert (await peer.ask(login)).startswith(b"503 5.5.1 Intro")
        await peer.ask(b"EHLO c.example")
        await peer.ask(b"MAIL FROM:<>")
        assert (await peer.ask(login)).startswith(b"503 5.5.1 Not within")
        await peer.ask(b"RSET")
        assert (await peer.ask(login)).startswith(b"235 ")
        assert (await peer.ask(login)).startswith(b"503 5.5.1 Already")


async def test_a_bad_users_file_stops_the_start(users: dict[str, Any]) -> None:
    users["auth_users_file"].write_text("alice:hunter2\n")
    with pytest.raises(ListenError, match="line 1") as caught:
        async with serving(**users):
            pass
    assert "hunter2" not in str(caught.value)


async def test_guessing_ends_the_session(users: dict[str, Any], client: ssl.SSLContext) -> None:
    async with serving(**users) as rig:
        peer = await rig.connect("listen_tls", ssl=client, server_hostname="localhost")
        await peer.ask(b"EHLO c.example")
        guess = b"AUTH PLAIN " + b64encode(b"\0alice\0guess")
        assert [(await peer.ask(guess))[:3] for _ in range(3)] == [b"535", b"535", b"421"]


async def test_login_may_be_required_and_may_relay(users: dict[str, Any], client: ssl.SSLContext) -> None:
    async with serving(**users, require_auth=True, authenticated_may_relay=True) as rig:
        peer = await rig.connect("listen_tls", ssl=client, server_hostname="localhost")
        await peer.ask(b"EHLO c.example")
        assert (await peer.ask(b"MAIL FROM:<>")).startswith(b"530 5.7.0 ")
        await peer.ask(b"AUTH PLAIN " + b64encode(b"\0alice\0secret"))
        await peer.ask(b"MAIL FROM:<alice@ours.example>")
        assert (await peer.ask(b"RCPT TO:<b@far.example>")).startswith(b"250 ")
        await peer.ask(b"DATA")
        await peer.ask(b"x\r\n.")
        assert rig.spool.messages[0][0].authenticated
