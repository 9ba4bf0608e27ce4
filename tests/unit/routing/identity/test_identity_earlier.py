"""Only what is certain counts against anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.history import EarlierContact
from models.identifier import IdentifierKind, PersonIdentifier
from models.person import Person
from models.register import Dossier
from routing.identity.earlier import belongs_to

PERSON = Dossier(
    person=Person(
        id="p",
        name="Olive Bracken",
        identifiers=(
            PersonIdentifier(kind=IdentifierKind.EMAIL, value="olive@post.example"),
            PersonIdentifier(kind=IdentifierKind.PHONE, value="01632 960 123"),
            PersonIdentifier(kind=IdentifierKind.PHONE, value="01632 960 999", shared=True),
            PersonIdentifier(kind=IdentifierKind.SOCIAL, value="@oliveb"),
        ),
    )
)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"channel": "telephone", "sender": "+44 (0)1632 960123"}, True),
        ({"channel": "telephone", "sender": "01632960124"}, False),
        ({"channel": "telephone", "sender": "01632960999"}, False),
        ({"channel": "telephone", "sender": "withheld"}, False),
        ({"channel": "telephone", "sender": None}, False),
        ({"channel": "telephone", "sender": "01632960123", "direction": "outbound"}, False),
        ({"channel": "email", "sender": "Olive+x@post.example"}, True),
        ({"channel": "email", "sender": "olive@post.example", "authentication": "fail"}, False),
        ({"channel": "webform", "sender": "olive@post.example"}, False),
        ({"channel": "letter", "sender": "olive@post.example"}, True),
        ({"channel": "social_media", "sender": "@OLIVEB"}, True),
        ({"channel": "email", "sender": "oliveb"}, False),
        ({"channel": "letter", "sender": "Olive Bracken"}, False),
        ({"channel": "telephone", "sender": "olive@post.example"}, False),
        ({"channel": "voicemail", "sender": "01632960123"}, True),
        ({"channel": "sms", "sender": "01632960123"}, True),
        ({"channel": "letter", "sender": "01632960123"}, True),
        ({"channel": "social_media", "sender": "01632960123"}, False),
        ({"channel": "social_media", "sender": "olive@post.example"}, True),
        ({"channel": "email", "sender": "x@y.example", "person": "p"}, True),
        ({"channel": "email", "sender": "olive@post.example", "person": "q"}, False),
    ],
)
def test_belongs_to(fields: dict[str, Any], expected: bool) -> None:
    earlier = EarlierContact(id="e", received_at=datetime(2026, 3, 1, tzinfo=UTC), **fields)
    assert belongs_to(earlier, PERSON) is expected
