"""Whose word counts about a sender, and what it says (CONTRACT §4.3)."""

from __future__ import annotations

import pytest

from gateway.reading.authentication import TrustedHosts, aligned, authentication_of, parse_results, trusted_results
from models.contact import Authentication
from tests.unit.reading.builders import AUTHOR, read

PASS, FAIL, NONE = Authentication.PASS, Authentication.FAIL, Authentication.NONE
OURS = "mx1.council.example"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("dmarc=pass header.from=mail.example", PASS),
        ("dmarc=pass (p=QUARANTINE) header.from=mail.example", PASS),
        ("dmarc=pass header.from=other.example", NONE),
        ("dmarc=fail header.from=mail.example; dkim=pass header.d=mail.example", FAIL),
        ("dmarc=none header.from=mail.example; dkim=pass header.d=mail.example", PASS),
        ("dmarc=temperror; spf=fail smtp.mailfrom=a@mail.example", FAIL),
        ("dkim=pass header.d=mail.example", PASS),
        ("dkim=pass header.d=news.mail.example", PASS),
        ("dkim=pass header.i=@mail.example", PASS),
        ("dkim=pass header.d=other.example", NONE),
        ("dkim=fail header.d=mail.example", NONE),
        ("spf=pass smtp.mailfrom=bounce.mail.example", PASS),
        ("spf=pass smtp.mailfrom=ann@other.example", NONE),
        ("spf=pass smtp.mailfrom=<> smtp.helo=mail.example", NONE),
        ("spf=fail smtp.mailfrom=ann@mail.example", FAIL),
        ("spf=softfail smtp.mailfrom=ann@mail.example", NONE),
        ("spf=fail smtp.mailfrom=ann@mail.example; dkim=pass header.d=mail.example", PASS),
        ("spf=fail smtp.mailfrom=ann@mail.example; dkim=pass header.d=evil.example", FAIL),
        ("dkim=fail header.d=other.example; dkim=pass header.d=mail.example", PASS),
        ("DKIM=Pass Header.D=MAIL.example", PASS),
        ('dkim="pass" header.d="mail.example"', PASS),
        ("dkim=pass (2048-bit; (nested) key) header.d=mail.example header.s=s1", PASS),
        ("dkim/1 = pass header.d = mail.example", PASS),
        ("(dmarc=pass header.from=mail.example) none", NONE),
        ("none", NONE),
        ("", NONE),
        ("=;==;;dmarc=;=pass", NONE),
    ],
)
def test_results_of_a_trusted_host(said: str, expected: Authentication) -> None:
    contact = read(f"Authentication-Results: {OURS}; {said}\r\n{AUTHOR}\r\nx")
    assert contact.sender.authentication is expected


SAYS_PASS = "dmarc=pass header.from=mail.example"
RECEIVED = f"Received: from a.mail.example (a.mail.example [192.0.2.1])\r\n by {OURS} with ESMTPS id 1; Mon, 02 Mar 2026 10:15:00 +0000\r\n"
FOREIGN = "Received: from b by relay.evil.example with SMTP; Mon, 02 Mar 2026 10:14:00 +0000\r\n"


@pytest.mark.parametrize(
    ("trace", "trusted", "expected"),
    [
        (f"Authentication-Results: {OURS}; {SAYS_PASS}\r\n", [OURS], PASS),
        (f"Authentication-Results: {OURS.upper()}. 1; {SAYS_PASS}\r\n", [OURS], PASS),
        (f"Authentication-Results: {OURS} (host) 1; {SAYS_PASS}\r\n", [OURS], PASS),
        (f"Authentication-Results: {OURS}; {SAYS_PASS}\r\n", [], NONE),
        (f"Authentication-Results: xn--strae-oqa.example; {SAYS_PASS}\r\n", ["STRAßE.example"], PASS),
        (f"Authentication-Results: straße.example; {SAYS_PASS}\r\n", ["xn--strae-oqa.example"], PASS),
        (f"Authentication-Results: strasse.example; {SAYS_PASS}\r\n", ["straße.example"], NONE),
        (f"Authentication-Results: {OURS}; {SAYS_PASS}\r\n", ["mx2.council.example"], NONE),
        (f"Authentication-Results: evil.example; {SAYS_PASS}\r\n", None, NONE),
        (f"Authentication-Results: council.example.evil.example; {SAYS_PASS}\r\n", None, NONE),
        (f"Authentication-Results: notcouncil.example; {SAYS_PASS}\r\n", None, NONE),
        (f"Authentication-Results: {SAYS_PASS}\r\n", None, NONE),
        (f"{RECEIVED}Authentication-Results: {OURS}; {SAYS_PASS}\r\n", None, PASS),
        (f"{FOREIGN}Authentication-Results: {OURS}; {SAYS_PASS}\r\n", None, NONE),
        (f"{RECEIVED}{FOREIGN}Authentication-Results: {OURS}; {SAYS_PASS}\r\n", None, NONE),
        (f"{RECEIVED}Authentication-Results: {OURS}; {SAYS_PASS}\r\n{FOREIGN}", None, PASS),
        (
            f"Received: from by.evil.example (by evil.example) by {OURS}; x\r\n"
            f"Authentication-Results: {OURS}; {SAYS_PASS}\r\n",
            None,
            PASS,
        ),
        (f"Received: from by {OURS} by evil.example; x\r\nAuthentication-Results: {OURS}; {SAYS_PASS}\r\n", None, NONE),
        (f"Received: (qmail 1 invoked by uid 0)\r\nAuthentication-Results: {OURS}; {SAYS_PASS}\r\n", None, NONE),
        (
            f"Authentication-Results: {OURS}; dmarc=fail header.from=mail.example\r\n"
            f"Authentication-Results: {OURS}; {SAYS_PASS}\r\n",
            None,
            FAIL,
        ),
        (
            f"Authentication-Results: {OURS}; spf=fail smtp.mailfrom=mail.example\r\n"
            f"Authentication-Results: mx2.council.example; dkim=pass header.d=mail.example\r\n",
            None,
            PASS,
        ),
    ],
)
def test_whose_word_counts(trace: str, trusted: list[str] | None, expected: Authentication) -> None:
    assert read(f"{trace}{AUTHOR}\r\nx", trusted).sender.authentication is expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.mail.example", "b.mail.example", True),
        ("alice.co.uk", "bob.co.uk", False),
        ("a.alice.co.uk", "alice.co.uk", True),
        ("co.uk", "alice.co.uk", False),
        ("", "mail.example", False),
        ("bücher.example", "xn--bcher-kva.example", True),
    ],
)
def test_alignment_is_by_organisational_domain(one: str, other: str, same: bool) -> None:
    assert aligned(one, other) is same


def test_a_field_that_names_no_host_is_nobodys_word() -> None:
    assert (
        parse_results("") is None and parse_results("dkim=pass") is None and parse_results("(only a comment)") is None
    )


def test_long_hostile_fields_are_read_in_linear_time() -> None:
    value = f"{OURS}; " + "(" * 40_000 + "dmarc=pass"
    results = trusted_results([("authentication-results", value)], TrustedHosts.of(None, ["council.example"]))
    assert authentication_of("mail.example", results) is NONE
