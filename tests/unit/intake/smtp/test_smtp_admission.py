"""Who may relay where, and how many connections and messages."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.intake.smtp.admission import Admission, client_address
from gateway.intake.smtp.budget import ByteBudget
from gateway.intake.smtp.limits import ConnectionCount, MessageRate, client_key
from gateway.intake.smtp.settings import SmtpSettings, parse_listen

OFFICE, RELAY, STRANGER = ip_address("192.0.2.7"), ip_address("198.51.100.1"), ip_address("203.0.113.9")


def admission(*, authenticated_anywhere: bool = False) -> Admission:
    return Admission(
        allowed=(ip_network("192.0.2.0/24"),),
        trusted=(ip_network("198.51.100.1/32"),),
        domains=("ours.example", "bücher.example"),
        authenticated_anywhere=authenticated_anywhere,
    )


@pytest.mark.parametrize(
    ("client", "recipient", "authenticated", "anywhere", "permitted"),
    [
        (OFFICE, "a@ours.example", False, False, True),
        (OFFICE, "a@OURS.Example.", False, False, True),
        (OFFICE, "a@xn--bcher-kva.example", False, False, True),
        (OFFICE, "a@bücher.example", False, False, True),
        (OFFICE, "postmaster", False, False, True),
        (OFFICE, "someone", False, False, False),
        (OFFICE, "a@far.example", False, False, False),
        (OFFICE, "a@sub.ours.example", False, False, False),
        (OFFICE, "a%far.example@ours.example", False, False, False),
        (OFFICE, "far.example!a@ours.example", False, False, False),
        (OFFICE, "a@far.example@ours.example", False, False, False),
        (STRANGER, "a@ours.example", False, False, False),
        (STRANGER, "a@ours.example", True, False, True),
        (STRANGER, "a@far.example", True, False, False),
        (STRANGER, "a@far.example", True, True, True),
        (STRANGER, "a@far.example", False, True, False),
        (RELAY, "a@far.example", False, False, True),
        (None, "a@ours.example", False, False, False),
    ],
)
def test_the_relay_rule(client: object, recipient: str, authenticated: bool, anywhere: bool, permitted: bool) -> None:
    rule = admission(authenticated_anywhere=anywhere)
    assert rule.permits(client, recipient, authenticated=authenticated) is permitted  # type: ignore[arg-type]


def test_addresses_are_seen_through_their_mapping() -> None:
    assert client_address("::ffff:192.0.2.7") == OFFICE
    assert client_address("fe80::1%eth0") == ip_address("fe80::1")
    assert client_address("nonsense") is None


OPEN = {"listen": ("0.0.0.0:25",)}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (OPEN, "allowed_networks"),
        ({**OPEN, "allowed_networks": ("10.0.0.0/8",)}, "recipient_domains"),
        ({**OPEN, "allowed_networks": ("0.0.0.0/0",), "recipient_domains": ("ours.example",)}, "open relay"),
        ({**OPEN, "allowed_networks": ("::/0",), "recipient_domains": ("ours.example",)}, "open relay"),
        ({**OPEN, "allowed_networks": ("128.0.0.0/1",), "recipient_domains": ("ours.example",)}, "open relay"),
        ({**OPEN, "allowed_networks": ("10.0.0.0/8",), "recipient_domains": ("*",)}, "not a domain"),
        ({"listen": (), "listen_lmtp": ("[::]:24",)}, "allowed_networks"),
        ({"trusted_peers": ("0.0.0.0/0",)}, "open relay"),
        ({"listen": ("nowhere",)}, "host:port"),
        ({"listen": ("unix:relative",)}, "absolute path"),
        ({"tls_certificate": "a.pem"}, "tls_key"),
        ({"auth_users_file": "users"}, "tls_certificate"),
        ({"require_tls": True}, "tls_certificate"),
        ({"require_auth": True}, "auth_users_file"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_settings_that_stop_the_start(values: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        SmtpSettings(**values)


def test_who_is_trusted_unless_said() -> None:
    assert SmtpSettings().trusted_networks()
    exposed = SmtpSettings(**OPEN, allowed_networks=("10.0.0.0/8",), recipient_domains=("Ours.Example",))
    assert exposed.trusted_networks() == exposed.xforward_networks() == ()
    named = SmtpSettings(recipient_domains=("ours.example",))
    assert named.trusted_networks() == ()
    assert named.client_networks() == named.xforward_networks() == SmtpSettings().trusted_networks()
    assert (
        SmtpSettings(
            **OPEN, auth_users_file="u", tls_certificate="c", tls_key="k", recipient_domains=("a.b",)
        ).client_networks()
        == ()
    )
    assert exposed.recipient_domains == ("ours.example",)
    assert parse_listen("unix:/run/x").loopback


def test_connections_are_counted() -> None:
    count = ConnectionCount(2, 1)
    assert [count.enter("a"), count.enter("a"), count.enter("b"), count.enter("c")] == [None, "client", None, "total"]
    count.leave("a")
    assert count.enter("c") is None


def test_messages_have_a_rate() -> None:
    rate = MessageRate(2)
    assert [rate.allows("a", 0), rate.allows("a", 0), rate.allows("a", 1), rate.allows("b", 1)] == [
        True,
        True,
        False,
        True,
    ]
    assert rate.allows("a", 31)
    assert not rate.allows("a", 31)


def test_one_household_is_one_client() -> None:
    assert client_key(ip_address("2001:db8::1")) == client_key(ip_address("2001:db8::ffff:2"))
    assert client_key(ip_address("2001:db8:0:1::1")) != client_key(ip_address("2001:db8::1"))


def test_the_budget_is_never_overdrawn() -> None:
    budget = ByteBudget(10)
    assert budget.take(7)
    assert not budget.take(4)
    budget.give(7)
    assert budget.free_bytes == 10


def test_a_users_file_error_names_the_line_only(tmp_path: Path) -> None:
    from gateway.intake.smtp.credentials import Credentials, hash_password

    path = tmp_path / "users"
    path.write_text(f"# people\nalice:{hash_password('s')}\nbob:hunter2\n")
    with pytest.raises(ValueError, match="line 3") as caught:
        Credentials.read(path)
    assert "hunter2" not in str(caught.value)


async def test_passwords() -> None:
    from gateway.intake.smtp.credentials import Credentials, hash_password

    users = Credentials({"alice": hash_password("secret")})
    assert await users.accept("alice", b"secret")
    assert not await users.accept("alice", b"Secret")
    assert not await users.accept("nobody", b"secret")


def test_the_longest_unused_bucket_is_forgotten() -> None:
    rate = MessageRate(1)
    for number in range(10_001):
        assert rate.allows(f"client {number}", 0)
    assert rate.allows("client 0", 0)
    assert not rate.allows("client 10000", 0)
