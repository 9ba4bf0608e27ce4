"""`triage evaluate`: what it prints and writes, from a small corpus in the real scanner."""

import json
import sys
from pathlib import Path

import pytest

from gateway.cli.app import main

LINES = [
    *(
        {"kind": "host", "family": f"lk3-h{n}", "text": f"The lamp at {n} is out. It has been so since May."}
        for n in range(3)
    ),
    {"kind": "ordinary", "family": "lk3-o", "text": "The bin lorry came on Tuesday."},
    {"kind": "concern", "family": "lk3-c", "labels": ["self_harm"], "text": "I am going to kill myself tonight."},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "some.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["triage", "evaluate", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_figures_as_json_and_pages(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    docs = tmp_path / "docs"
    docs.mkdir()
    assert run(monkeypatch, "--side", "test", "--json", "--corpus", str(corpus), "--write", str(docs)) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["side"] == "test"
    assert report["labels"]["self_harm"]["named"] == {"found": 1, "of": 1, "low": 0.025, "high": 1.0}
    assert "# Model card of the scan" in (docs / "reference" / "model-card.md").read_text(encoding="utf-8")
    assert {path.name for path in (docs / "pictures").iterdir()} == {
        "scan-curve.svg",
        "scan-calibration.svg",
        "scan-length.svg",
        "scan-labels.svg",
    }


def test_an_open_side_without_texts_fails_in_one_line(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run(monkeypatch, "--json", "--corpus", str(corpus)) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "the dev side of the corpus has 0 letters" in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [("--side attic", "attic"), ("--write MISSING", "no such folder"), ("--corpus BROKEN", "some.jsonl line 1")],
)
def test_bad_usage(
    arguments: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    broken = tmp_path / "BROKEN"
    broken.mkdir()
    (broken / "some.jsonl").write_text("{\n", encoding="utf-8")
    words = [str(tmp_path / word) if word.isupper() else word for word in arguments.split()]
    assert run(monkeypatch, *words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    assert says in line
