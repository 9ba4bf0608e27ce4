"""Addresses as rules compare them: what is one mailbox, line or account is equal, and the rest as written."""

from __future__ import annotations

import pytest

from models.identifier import IdentifierKind
from routing.addresses import domain_key, email_key, identifier_key, mailbox_key, phone_key, written_key

COMPARED = [
    (IdentifierKind.EMAIL, "Alex+news@Home.example", "alex@home.example"),
    (IdentifierKind.EMAIL, " The Desk ", "the desk"),
    (IdentifierKind.PHONE, "01632 960 001", "+441632960001"),
    (IdentifierKind.PHONE, " Reception ", "reception"),
    (IdentifierKind.POSTAL, "7 Lime Street, AB1 2CD", "ab12cd|7"),
    (IdentifierKind.POSTAL, " Anytown ", "anytown"),
    (IdentifierKind.SOCIAL, "https://x.com/AlexF/", "alexf"),
    (IdentifierKind.SOCIAL, " @ ", "@"),
]


@pytest.mark.parametrize(("kind", "written", "key"), COMPARED)
def test_an_identifier_is_compared_in_its_normal_form_or_as_written(kind, written, key):
    assert identifier_key(kind, written) == key


def test_what_was_sent_says_by_its_at_sign_whether_it_is_an_address_or_a_number():
    assert written_key("Alex@Home.example") == email_key("alex@home.example")
    assert written_key("01632 960001") == phone_key("+441632960001") == "+441632960001"
    assert written_key("The Desk") == "the desk"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" Bücher.Example. ", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("☃.Example", "☃.example"),  # refused by IDNA
        ("Ü" * 300, "ü" * 300),
        ("a..Example", "a..example"),
        ("", ""),
    ],
)
def test_a_domain_is_compared_as_a_labels_or_in_lower_case(written, key):
    assert domain_key(written) == key
    assert mailbox_key(f"The.Desk+a@{written}") == f"the.desk+a@{key}"


def test_what_is_no_address_is_compared_in_lower_case():
    assert mailbox_key(" The Desk ") == "the desk"
