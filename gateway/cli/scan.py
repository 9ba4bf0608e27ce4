"""`triage scan`: what the scan finds in texts and contacts, apart from any register."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from classifiers.scan import Scanner
from gateway.cli.exits import BadInput
from gateway.cli.inputs import bytes_of
from gateway.cli.settings import Config, settings_of
from gateway.clock import utc_now
from gateway.explanation import explanation
from gateway.harmless import harmless, one_line
from gateway.ids import new_id
from gateway.reading.jobs import ReadingJob
from gateway.reading.record import ContactFileError, read_record
from gateway.settings import Settings
from gateway.started import all_stages, reading_pool
from gateway.weights_shelf import weights_in_use
from models.envelope import Envelope
from models.scan import ScanResult

_AT_ONCE = 64
_CONTACTS = {".eml": "message/rfc822", ".json": "application/json"}
"""How the name of a file ends that is a contact, not a text, and what it is then."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(scan)


def scan(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Text files; an .eml or a contact .json is read like mail.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a text.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"id","text"} a line from standard input.')] = False,
    config: Config = None,
) -> None:
    """Scan texts with every stage: each label's score, and the findings over their thresholds."""
    if jsonl == bool(files):
        raise BadInput("give files, or --jsonl with one object a line on standard input")
    settings = settings_of(config)
    for id_, result in _scans(_lines() if jsonl else _files(files or [], settings), settings):
        if as_json or jsonl:
            sys.stdout.write(json.dumps(_document(id_, result), ensure_ascii=False) + "\n")
        else:
            _show(id_, result)


def _scans(read: Iterator[tuple[str, str | ScanResult]], settings: Settings) -> Iterator[tuple[str, ScanResult]]:
    """The scan of each, in order: texts together; of a contact, as its reading gave it."""
    scanner: Scanner | None = None
    while some := list(islice(read, _AT_ONCE)):
        texts = [text for _id, text in some if isinstance(text, str)]
        if texts and scanner is None:
            scanner = Scanner.load(settings.scan.lexicons, weights_in_use(settings), all_stages(settings))
        scanned = iter(scanner.scan_texts(texts) if scanner else ())
        for id_, one in some:
            yield id_, next(scanned) if isinstance(one, str) else one


def _lines() -> Iterator[tuple[str, str]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            yield str(document["id"]), str(document["text"])
        except (ValueError, KeyError, TypeError):
            raise BadInput(f'line {number}: expected an object such as {{"id": "1", "text": "…"}}') from None


def _files(paths: Sequence[Path], settings: Settings) -> Iterator[tuple[str, str | ScanResult]]:
    jobs = {path: _job(path, bytes_of(path)) for path in paths if path.suffix.lower() in _CONTACTS}
    contacts = asyncio.run(_read(jobs, settings)) if jobs else {}
    for path in paths:
        yield str(path), contacts.get(path) or bytes_of(path).decode("utf-8", errors="replace")


def _job(path: Path, raw: bytes) -> ReadingJob:
    """BadInput for a .json that is no contact file; damaged mail is a contact all the same."""
    media_type = _CONTACTS[path.suffix.lower()]
    job = ReadingJob(new_id(), Envelope(source="scan", received_at=utc_now(), media_type=media_type), raw)
    if job.is_record:
        try:
            read_record(raw, contact_id=job.contact_id, received_at=job.envelope.received_at)
        except ContactFileError as error:
            raise BadInput(f"{path}: {error}") from None
    return job


async def _read(jobs: Mapping[Path, ReadingJob], settings: Settings) -> dict[Path, ScanResult]:
    """Mail is taken apart where it can do no harm: in a child with limits, as with `triage check`."""
    async with reading_pool(settings) as pool:
        return {path: (await pool.read(job)).scan for path, job in jobs.items()}


def _document(id_: str, result: ScanResult) -> dict[str, object]:
    findings = [finding.model_dump(mode="json") for finding in result.findings]
    return {"id": id_, "scores": {label.value: score for label, score in result.scores.items()}, "findings": findings}


def _show(id_: str, result: ScanResult) -> None:
    print(id_)
    for finding in result.findings:
        print(f"  {finding.label} {finding.score:.2f} (over {finding.threshold:.2f}, {finding.urgency})")
        if finding.at_risk:
            print(f"    at risk: {finding.at_risk}")
        for evidence in finding.evidence[:2]:
            where = "" if evidence.part == "body" else f"{one_line(evidence.part)}, "
            quote = harmless(evidence.quote)
            print(f"    “{quote}” ({where}characters {evidence.start} to {evidence.end}, {evidence.by})")
            for why in explanation(evidence):
                print(f"      {why}")
    if not result.findings:
        print("  nothing over a threshold")
