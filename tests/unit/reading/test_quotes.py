"""New text, quoted history and signature apart; doubt stays in the body."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.reading import quotes
from gateway.reading.quotes import split_text
from gateway.reading.signatures import signature_start

GMAIL = "On Mon, 2 Mar 2026 at 10:15, The Office <desk@council.example> wrote:"
OUTLOOK = "From: The Office <desk@council.example>\nSent: 02 March 2026 10:15\nTo: Ann\nSubject: Bins"


@pytest.mark.parametrize(
    ("text", "body", "quoted", "signature"),
    [
        (f"New words.\n\n{GMAIL}\n\n> Old words.\n> More.", "New words.", f"{GMAIL}\n\nOld words.\nMore.", ""),
        (f"New words.\n\n{GMAIL[:40]}\n{GMAIL[40:]}\n> Old.", "New words.", f"{GMAIL[:40]}\n{GMAIL[40:]}\nOld.", ""),
        (
            f"New words.\n\n{GMAIL}\n\nOld words without marks.",
            "New words.",
            f"{GMAIL}\n\nOld words without marks.",
            "",
        ),
        (f"New words.\n\n{OUTLOOK}\n\nOld words.", "New words.", f"{OUTLOOK}\n\nOld words.", ""),
        (
            f"New.\n________________________________\n{OUTLOOK}\n\nOld.",
            "New.",
            f"________________________________\n{OUTLOOK}\n\nOld.",
            "",
        ),
        ("New.\n\n-----Original Message-----\nOld.", "New.", "-----Original Message-----\nOld.", ""),
        (f"{GMAIL}\n> First?\n\nYes.\n\n> Second?\n\nNo.", "Yes.\n\nNo.", f"{GMAIL}\nFirst?\n\nSecond?", ""),
        ("> Every line\n> is marked", "Every line\nis marked", "", ""),
        ("On 3 March he wrote:\n\nI will kill you", "On 3 March he wrote:\n\nI will kill you", "", ""),
        ("From: here on I will not pay.\nIt is over.", "From: here on I will not pay.\nIt is over.", "", ""),
        ("New words.\n-- \nAnn Other\n01632 960 123", "New words.", "", "-- \nAnn Other\n01632 960 123"),
        ("New words.\n\nAnn Other\nTel. 01632 960 123", "New words.", "", "Ann Other\nTel. 01632 960 123"),
        (
            "New words.\n\nKind regards\n\nAnn Other\nOther & Sons\n07700 900 123",
            "New words.",
            "",
            "Kind regards\n\nAnn Other\nOther & Sons\n07700 900 123",
        ),
        ("New words.\nYours faithfully,\nA. Other", "New words.", "", "Yours faithfully,\nA. Other"),
        ("New words.\n\nSent from my iPhone", "New words.", "", "Sent from my iPhone"),
        (
            "New words.\n\nThis email and any attachments are confidential and intended for the addressee.",
            "New words.",
            "",
            "This email and any attachments are confidential and intended for the addressee.",
        ),
        (
            "New words.\n\nInformation held by the Trust is subject to the Freedom of Information Act 2000.",
            "New words.",
            "",
            "Information held by the Trust is subject to the Freedom of Information Act 2000.",
        ),
        (
            "New words.\n\n*****\nThis message may contain confidential information.\nPlease delete it.",
            "New words.",
            "",
            "*****\nThis message may contain confidential information.\nPlease delete it.",
        ),
        (
            "New words.\n\nI know that my letter may be disclosed under the Freedom of Information Act 2000.",
            "New words.\n\nI know that my letter may be disclosed under the Freedom of Information Act 2000.",
            "",
            "",
        ),
        (
            "New words.\n\nOne more. Information held by you is subject to the Freedom of Information Act 2000.",
            "New words.\n\nOne more. Information held by you is subject to the Freedom of Information Act 2000.",
            "",
            "",
        ),
        (
            "New words.\n\nThanks\nI am going to kill myself tonight",
            "New words.\n\nThanks\nI am going to kill myself tonight",
            "",
            "",
        ),
        ("New words.\n\nthey will all pay for this", "New words.\n\nthey will all pay for this", "", ""),
        ("Ring me on 01632 960 123 before he kills me.", "Ring me on 01632 960 123 before he kills me.", "", ""),
        (
            "New words.\n\nRegards\n\nAnn Other\n\n01632 960 123",
            "New words.",
            "",
            "Regards\n\nAnn Other\n\n01632 960 123",
        ),
        ("", "", "", ""),
    ],
)
def test_split(text: str, body: str, quoted: str, signature: str) -> None:
    split = split_text(text)
    assert (split.body, split.quoted, split.signature) == (body, quoted, signature)


def test_a_bare_name_is_a_signature_where_it_is_the_senders() -> None:
    assert split_text("New words.\n\nAnn", "Ann Other").signature == "Ann"
    assert split_text("New words.\n\nHelp", "Ann Other").body == "New words.\n\nHelp"


def test_a_long_text_after_dashes_stays_in_the_body() -> None:
    long = "\n".join(f"Point {number} of what they did to me." for number in range(40))
    assert "Point 39 of" in split_text(f"Dear all\n--\n{long}").body


def test_a_signature_between_answer_and_history() -> None:
    split = split_text(f"No.\n\nRegards\nAnn\n\n{GMAIL}\n> Old")
    assert (split.body, split.signature) == ("No.", "Regards\nAnn")


LINES = st.sampled_from(
    [
        "", " ", "words", "because", "Begin forwarded message:", "*Begin forwarded message:", "--- Original Message ---",
        "=== forwarded by x ===", "__________", "----------", "From: x", "*From:* x", "Sent: y", "To: z", "Date: d",
        "On 2 March 2026 at 10:15, X <x@y.example> wrote:", "On 2 March", "X <x@y.example>", "wrote:", "he said:",
        "> quoted", ">", "  >> deep", "a > b", "\xa0> odd", "éa", "\u2003--- Original Message ---", "Regards", "-- ",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=14).map("\n".join))
def test_lines_passed_over_could_have_told_nothing(text: str) -> None:
    split, authors = split_text(text), quotes.quoted_authors(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes, "_telling", lambda lines: bytearray(b"\1" * len(lines)))
        assert (split, authors) == (split_text(text), quotes.quoted_authors(text))


class _Counted(list[str]):
    """Lines that count how often one is looked at."""

    looks = 0

    def __getitem__(self, index: Any) -> Any:
        self.looks += 1
        return super().__getitem__(index)


@pytest.mark.parametrize("line", ["Kind regards", "Sent from my iPhone"])
def test_a_mail_of_closings_is_not_looked_at_once_for_each(line: str) -> None:
    lines = _Counted(["It is the bins again.", *[line] * 2_000])
    assert signature_start(lines) < 2_000
    assert lines.looks < 100 * 2_000


@pytest.mark.long
@pytest.mark.parametrize(
    "line", ["> " * 300, "On 1 " * 400, "From: x\n", "-" * 900, "_" * 50 + "\n", "x" * 1_000, "On 5\n"]
)
def test_time_is_linear(line: str) -> None:
    def seconds(times: int) -> float:
        text = (line + "\n") * times
        start = time.process_time()
        split_text(text)
        return time.process_time() - start

    seconds(10)
    assert seconds(800) < 40 * seconds(80) + 0.05
