"""The child process that reads and scans: it sees bytes and returns values (DESIGN §3). It has no database, no keys.

Run by `gateway.reading.pool` as `python -m gateway.reading.child`; its line is stdin and stdout, its log stderr.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import structlog

from classifiers.stages import LateStage
from gateway.reading import sandbox
from gateway.reading.claims import pack
from gateway.reading.email import Thoroughness, read_email
from gateway.reading.frames import Frame, read_frame
from gateway.reading.record import ContactFileError, read_record, unread_record
from models.contact import Contact
from models.envelope import Envelope
from models.finding import Label
from models.matter import Matter
from models.scan import MatterVerdict, ScanResult
from routing.identity.claims import claims_of

LOG_MARK = "reading-child "
_NICENESS = 5
LOGGED = ("event", "stage", "part_kind", "contacts", "contact", "error", "at")
"""The fields of a log entry that can hold no words of a message; no other is passed on."""


class ContactScanner(Protocol):
    """What the child needs of a scanner."""

    def scan_many(self, contacts: Sequence[Contact], *, wide: bool = False) -> Sequence[ScanResult]:
        """The scans of several contacts, in their order; `wide` with lower thresholds."""
        ...


Judge = Callable[[Contact, Sequence[Matter], Sequence[str]], MatterVerdict | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the scanner, say so, and answer requests until the line closes."""
    options = _options(arguments)
    sandbox.bind_to_parent(options.parent)
    requests, answers = sandbox.take_streams()
    sandbox.limit_memory(options.memory_bytes)
    _log_to_parent()
    load = _named(options.scanner).load
    scanner = cast("ContactScanner", load(Path(options.lexicons), Path(options.weights), LateStage(options.late)))
    judge = cast("Judge", _named(options.judge))
    _warm_up(scanner)
    sandbox.renounce(_NICENESS)
    _send(answers, Frame({"ready": True}))
    while (request := read_frame(cast("Any", requests))) is not None:
        _send(answers, _answer(request, scanner, judge))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reading-child")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--memory-bytes", type=int, required=True)
    parser.add_argument("--lexicons", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--scanner", required=True, help="module:name with load(lexicons, weights, late)")
    parser.add_argument("--late", required=True, choices=list(LateStage), help="what is done about the third stage")
    parser.add_argument("--judge", required=True, help="module:name of the same-matter judge")
    return parser.parse_args(arguments)


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _log_to_parent() -> None:
    """Send the log of everything loaded here up the line, of each entry only what can hold no words of a message."""

    def render(_: object, __: str, entry: MutableMapping[str, Any]) -> str:
        return LOG_MARK + json.dumps({key: str(entry[key])[:200] for key in LOGGED if key in entry})

    structlog.configure(processors=[render], logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def _warm_up(scanner: ContactScanner) -> None:
    """Read and scan a harmless message, so that what is loaded on first use is loaded before anything is refused.

    The collector of garbage is then told to leave all of that alone: it stays to the end.
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
    gc.collect()
    gc.freeze()


def _send(answers: BinaryIO, frame: Frame) -> None:
    answers.write(frame.encode())
    answers.flush()


def _answer(request: Frame, scanner: ContactScanner, judge: Judge) -> Frame:
    """One frame of answers to one frame of jobs. A result is true with three blocks, or false with none."""
    items = request.header["items"]
    if request.header["kind"] == "matter":
        return _matter(request.blocks[0], judge)
    if request.header["kind"] == "scan":
        (again,) = _scan(scanner, [Contact.model_validate_json(request.blocks[0])], wide=False)
        return Frame({"results": [again is not None]}, [] if again is None else [again.model_dump_json().encode()])
    contacts: list[Contact | None] = []
    for item, raw in zip(items, request.blocks, strict=True):
        try:
            contacts.append(_read(item, raw))
        except Exception as error:  # one job's fault must not cost the others of its frame
            _log(error, item["contact_id"])
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
        _log(error, contacts[0].id if len(contacts) == 1 else None)
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


def _matter(block: bytes, judge: Judge) -> Frame:
    told = json.loads(block)
    contact = Contact.model_validate(told["contact"])
    matters = [Matter.model_validate(matter) for matter in told["matters"]]
    try:
        verdict = judge(contact, matters, told["earlier"])
    except Exception as error:
        _log(error, contact.id)
        return Frame({"results": [False]})
    return Frame({"results": [True]}, [b"null" if verdict is None else verdict.model_dump_json().encode()])


def _log(error: Exception, contact_id: str | None) -> None:
    """Where it failed and how, never with what: a message of an exception may quote the text."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    kind = type(error).__name__
    if isinstance(error, ModuleNotFoundError):
        kind = f"{kind}({error.name})"
    told = {"event": "job_failed", "error": kind, "at": place}
    sys.stderr.write(LOG_MARK + json.dumps(told if contact_id is None else {**told, "contact": contact_id}) + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        status = main()
    except Exception as failure:
        _log(failure, None)
        status = 1
    # No interpreter clean-up: native libraries may hang in it, and nothing is left to save.
    os._exit(status)
