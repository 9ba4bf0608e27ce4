"""`triage scan`: what the scan finds in texts, apart from any sender."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from classifiers.scan import Scanner
from gateway.cli.exits import BadInput
from gateway.cli.settings import Config, settings_of
from gateway.explanation import explanation
from gateway.started import all_stages
from gateway.weights_shelf import weights_in_use
from models.scan import ScanResult

_AT_ONCE = 64


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(scan)


def scan(
    files: Annotated[list[Path] | None, typer.Argument(help="Text files.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a text.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"id","text"} a line from standard input.')] = False,
    config: Config = None,
) -> None:
    """Scan texts with every stage: each label's score, and the findings over their thresholds."""
    if jsonl == bool(files):
        raise BadInput("give text files, or --jsonl with one object a line on standard input")
    settings = settings_of(config)
    texts = _lines() if jsonl else _files(files or [])
    scanner = Scanner.load(settings.scan.lexicons, weights_in_use(settings), all_stages(settings))
    while some := list(islice(texts, _AT_ONCE)):
        results = scanner.scan_texts([text for _id, text in some])
        for (id_, _text), result in zip(some, results, strict=True):
            if as_json or jsonl:
                sys.stdout.write(json.dumps(_document(id_, result), ensure_ascii=False) + "\n")
            else:
                _show(id_, result)


def _lines() -> Iterator[tuple[str, str]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            yield str(document["id"]), str(document["text"])
        except (ValueError, KeyError, TypeError):
            raise BadInput(f'line {number}: expected an object such as {{"id": "1", "text": "…"}}') from None


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        try:
            yield str(path), path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise BadInput(f"{path}: cannot be read: {error.strerror}") from None


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
            print(f"    “{evidence.quote}” (characters {evidence.start} to {evidence.end}, {evidence.by})")
            for why in explanation(evidence):
                print(f"      {why}")
    if not result.findings:
        print("  nothing over a threshold")
