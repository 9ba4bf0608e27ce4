"""Case references in a text: all that the patterns find in the whole of it, and no longer a search than it takes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from models.contact import Channel, Contact, Part
from routing.identity import normalise
from routing.identity.extract import reference_claims

JOINED = re2.compile(r"\b(?:[a-z]+[/._-]?){0,3}[0-9][a-z0-9]*(?:[/._-][a-z0-9]+){0,5}")
SPACED = re2.compile(r"\b[a-z]{1,8} [0-9]{1,8}(?:[ /._-][0-9]{1,8}){0,2}\b")


def letter(body: str) -> Contact:
    when = datetime(2026, 3, 2, tzinfo=UTC)
    return Contact(id="c", channel=Channel.EMAIL, received_at=when, parts=(Part(name="body", text=body),))


def searched_everywhere(text: str) -> list[str]:
    """What the claims say: each match, and what it begins with, once."""
    found: dict[str, None] = {}
    for pattern in (JOINED, SPACED):
        for written in pattern.findall(text):
            groups = normalise._REFERENCE_GROUPS.findall(written[:80])[:8]
            for end in range(len(groups), 0, -1):
                if value := normalise.reference("/".join(groups[:end])):
                    found.setdefault(value)
    return list(found)


@given(
    st.lists(
        st.sampled_from(["ab", "cr", "a", "abcdefghi", "1", "20", "2025", "0123456789", "é", "£", *" /._-\n,"]),
        max_size=14,
    ).map("".join)
)
def test_references_are_those_of_a_search_of_the_whole_text(text: str) -> None:
    assert [claim.key.value for claim in reference_claims(letter(text))] == searched_everywhere(f"\n{text}")


def test_a_reference_is_found_however_it_is_written() -> None:
    claims = reference_claims(letter("About CR-2025/0123, Case 42 123456 25, 2025 and (20250123): in 5 to 9 days."))
    found = [claim.key.value for claim in claims]
    assert found == ["cr/2025/0123", "cr/2025", "123456", "20250123", "case/42/123456/25", "case/42/123456", "case/42"]


@pytest.mark.parametrize("piece", ["a", "a-", "1", "1 ", "a 1 ", "a1/", "_", "_1", "a" * 500 + " 1 ", "-1-"])
def test_hostile_text_is_searched_in_linear_time(piece: str) -> None:
    text = (piece * 200_000)[:200_000]
    start = time.process_time()
    list(reference_claims(letter(text)))
    assert time.process_time() - start < 1
