"""Messages that look like an office's mail: the corpus's letters, one after another until the size is reached."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "classifiers/corpus"
PEOPLE = 200
_RESTRICTED_ONE_IN = 20
_ASKING_ONE_IN = 5


def texts(*names: str) -> list[str]:
    """The texts of the corpus' files of these names."""
    lines = [line for name in names for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["text"] for line in lines]


def mails(size: int, count: int, *, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """`count` different messages of about `size` bytes as (sender, content).

    Complaints and ordinary mail; one in five asks for something that the law gives a right to, one in twenty is from a
    restricted person.
    """
    chosen = random.Random(seed)
    letters, requests = texts("hosts", "hosts2", "ordinary"), texts("rights")
    for number in range(count):
        restricted = number % _RESTRICTED_ONE_IN == 0
        sender = f"person{chosen.randrange(PEOPLE)}@restricted.example" if restricted else f"w{number}@mail.example"
        parts = [chosen.choice(requests)] if number % _ASKING_ONE_IN == 1 else []
        while sum(map(len, parts)) < size * 0.9:
            parts.append(chosen.choice(letters))
        yield sender, _message(number, sender, "\n\n".join(parts)[:size])


def _message(number: int, sender: str, text: str) -> bytes:
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"] = f"A Writer <{sender}>"
    message["To"] = "Office <office@opcc.example>"
    message["Subject"] = f"{text[:40].splitlines()[0]} ({number})"
    message["Date"] = "Mon, 02 Mar 2026 10:15:00 +0000"
    message["Message-ID"] = f"<bench-{number}@mail.example>"
    message.set_content(text)
    return message.as_bytes()


def register(people: int = PEOPLE, *, identifiers_each: int = 1) -> Iterator[str]:
    """Lines of a register file: an organisation, and people each with a strategy and a matter."""
    yield "organisation:"
    yield "  name: Office of the Police and Crime Commissioner for Exampleshire"
    yield "  policy: generic"
    yield "  domains: [opcc.example]"
    yield "  addresses: {spoc: spoc@opcc.example, manager: manager@opcc.example, safeguarding: safe@opcc.example,"
    yield "    criminal: duty@opcc.example, rights: foi@opcc.example, appeals: appeals@opcc.example}"
    yield "people:"
    for number in range(people):
        addresses = (
            f"person{number}{'' if extra == 0 else f'.{extra}'}@restricted.example" for extra in range(identifiers_each)
        )
        shown = ", ".join(f"{{kind: email, value: {address}}}" for address in addresses)
        yield f"  - {{id: P-{number}, name: Person Number{number}, identifiers: [{shown}]}}"
    yield "matters:"
    for number in range(people):
        yield f"  - {{id: M-{number}, person: P-{number}, title: A hedge in Mill Lane, summary: Its height.}}"
    yield "strategies:"
    review_due = date.today() + timedelta(days=60)  # within what the policy allows: nobody is told of it
    for number in range(people):
        yield (
            f"  - {{id: CS-{number}, person: P-{number}, scope: organisation, status: active, starts: 2026-01-05,"
            f" notified_on: 2026-01-06, review_due: {review_due},"
            " spoc: {name: Pat Contact, address: spoc@opcc.example, deputy: deputy@opcc.example},"
            " restrictions: [{id: R1, kind: spoc_only}]}"
        )


def batches(items: Iterator[tuple[str, bytes]], size: int) -> Iterator[list[tuple[str, bytes]]]:
    """The items, `size` at a time."""
    while batch := list(itertools.islice(items, size)):
        yield batch
