"""The child process that reads and scans: it sees bytes and returns values (DESIGN §3). It has no database, no keys.

`gateway.reading.nursery` forks it from itself, with all loaded.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from classifiers.late_stage import LateStage
from classifiers.memory import give_back
from gateway.reading import sandbox
from gateway.reading.child_log import tell_failure
from gateway.reading.claims import pack
from gateway.reading.email import read_email
from gateway.reading.frames import Frame, read_frame
from gateway.reading.record import ContactFileError, read_record, unread_record
from gateway.reading.thoroughness import Thoroughness
from models.contact import Contact
from models.envelope import Envelope
from models.finding import Label
from models.matter import EarlierText, Matter
from models.scan import MatterVerdict, ScanResult
from routing.identity.claims import claims_of

_NICENESS = 5
_LARGE_BYTES = 1_048_576
"""After a request of more, freed memory goes back to the kernel: a message of 40 MB leaves hundreds behind."""


class ContactScanner(Protocol):
    """What the child needs of a scanner."""

    @property
    def meaning(self) -> Any:
        """What the judge is given of the late stage; None where that is not here."""
        ...

    def scan_many(self, contacts: Sequence[Contact], *, wide: bool = False) -> Sequence[ScanResult]:
        """The scans of several contacts, in their order; `wide` with lower thresholds."""
        ...

    def with_late_stage(self, weights: Path, late: LateStage) -> ContactScanner:
        """The same with what `late` says of the third stage; it shares what is loaded."""
        ...


Judge = Callable[[Contact, Sequence[Matter], Sequence[EarlierText], Any], MatterVerdict | None]
"""Of a contact, matters, texts already taken as being about them, and the scanner's `meaning`."""


def live(line: socket.socket, scanner: ContactScanner, judge: Judge) -> None:
    """Give up what a child must not have, say that it is ready, and answer requests until the line closes."""
    requests, answers = line.makefile("rb"), line.makefile("wb")
    sandbox.renounce(_NICENESS)
    _send(answers, Frame({"ready": True}))
    while (size := _answer_next(requests, answers, scanner, judge)) is not None:
        if size > _LARGE_BYTES:
            give_back()


def _answer_next(requests: BufferedIOBase, answers: BinaryIO, scanner: ContactScanner, judge: Judge) -> int | None:
    """Answer one request, of which nothing is kept while the next is waited for; its bytes, None at the line's end."""
    request = read_frame(requests)
    if request is None:
        return None
    _send(answers, _answer(request, scanner, judge))
    return sum(map(len, request.blocks))


def warm_up(scanner: ContactScanner, judge: Judge) -> None:
    """Read, scan and judge a harmless message: what is loaded on first use is loaded before anything is refused.

    In the nursery it is loaded once for all children.
    """
    import pypdfium2

    pypdfium2.PdfDocument.new().close()
    envelope = Envelope.model_validate_json(b'{"source":"warm-up","received_at":"2026-01-01T00:00:00Z"}')
    head = b"From: a@b.example\r\nAuthentication-Results: b.example; spf=pass smtp.mailfrom=x.b.example\r\n\r\n"
    # Welsh, so that the language model is asked.
    body = "£ Diolch yn fawr iawn i bawb am eich cymorth.".encode("latin-1")
    contact = read_email(
        head + body, contact_id="warm-up", envelope=envelope, domains=("b.example",), trusted_authserv=None
    )
    if any(finding.label is Label.SCAN_INCOMPLETE for finding in scanner.scan_many([contact])[0].findings):
        raise RuntimeError("the scanner cannot scan a harmless message")
    judge(contact, [Matter(id="warm-up", person="warm-up", title="Thanks", summary="")], (), scanner.meaning)


def _send(answers: BinaryIO, frame: Frame) -> None:
    answers.write(frame.encode())
    answers.flush()


def _answer(request: Frame, scanner: ContactScanner, judge: Judge) -> Frame:
    """One frame of answers to one frame of jobs. A result is true with three blocks, or false with none."""
    items = request.header["items"]
    if request.header["kind"] == "matter":
        return _matter(request.blocks[0], judge, scanner.meaning)
    if request.header["kind"] == "scan":
        (again,) = _scan(scanner, [Contact.model_validate_json(request.blocks[0])], wide=False)
        return Frame({"results": [again is not None]}, [] if again is None else [again.model_dump_json().encode()])
    contacts: list[Contact | None] = []
    for item, raw in zip(items, request.blocks, strict=True):
        try:
            contacts.append(_read(item, raw))
        except Exception as error:  # one job's fault must not cost the others of its frame
            tell_failure(error, contact_id=item["contact_id"])
            contacts.append(None)
    readable = [contact for contact in contacts if contact is not None]
    scans = iter(_scan(scanner, readable, wide=request.header["wide"]))
    results: list[bool] = []
    blocks: list[bytes] = []
    for contact in contacts:
        scan = None if contact is None else next(scans)
        results.append(contact is not None and scan is not None)
        if contact is not None and scan is not None:
            blocks += (contact.model_dump_json().encode(), scan.model_dump_json().encode(), pack(claims_of(contact)))
    return Frame({"results": results}, blocks)


def _scan(scanner: ContactScanner, contacts: list[Contact], *, wide: bool) -> list[ScanResult | None]:
    try:
        return list(scanner.scan_many(contacts, wide=wide)) if contacts else []
    except Exception as error:  # asked again one by one, the healthy ones get their scans
        tell_failure(error, contact_id=contacts[0].id if len(contacts) == 1 else None)
        if len(contacts) == 1:
            return [None]
        return [_scan(scanner, [contact], wide=wide)[0] for contact in contacts]


def _read(item: Mapping[str, Any], raw: bytes) -> Contact:
    envelope = Envelope.model_validate(item["envelope"])
    if item["kind"] == "record":
        try:
            return read_record(raw, contact_id=item["contact_id"], received_at=envelope.received_at)
        except ContactFileError as error:
            return unread_record(
                raw, contact_id=item["contact_id"], received_at=envelope.received_at, detail=str(error)
            )
    return read_email(
        raw,
        contact_id=item["contact_id"],
        envelope=envelope,
        domains=item["domains"],
        trusted_authserv=item["trusted_authserv"],
        thoroughness=Thoroughness(item["thoroughness"]),
    )


def _matter(block: bytes, judge: Judge, meaning: Any) -> Frame:
    told = json.loads(block)
    contact = Contact.model_validate(told["contact"])
    matters = [Matter.model_validate(matter) for matter in told["matters"]]
    earlier = [EarlierText.model_validate(text) for text in told["earlier"]]
    try:
        verdict = judge(contact, matters, earlier, meaning)
    except Exception as error:
        tell_failure(error, contact_id=contact.id)
        return Frame({"results": [False]})
    return Frame({"results": [True]}, [b"null" if verdict is None else verdict.model_dump_json().encode()])
