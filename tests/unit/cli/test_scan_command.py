"""`triage scan`: texts as they are, and contacts as `triage check` reads them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from gateway.cli.app import main

SAID = "I am going to kill myself tonight."
MAIL = (
    b"From: a@home.example\r\nTo: desk@council.example\r\nSubject: bins\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(SAID.encode())
)
CALL = {"channel": "telephone", "notes": f"Caller said: {SAID}"}


def test_mail_is_taken_apart_and_every_file_told_in_the_order_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "mail.EML": MAIL,
        "text.txt": b"The bins are late.",
        "call.json": json.dumps(CALL).encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr("sys.argv", ["triage", "scan", *(str(tmp_path / name) for name in files), "--json"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(one["id"]).name for one in told] == list(files)
    seen = [{(f["label"], f["evidence"][0]["part"]) for f in one["findings"]} for one in told]
    assert ("self_harm", "body") in seen[0]
    assert seen[1] == set()
    assert ("self_harm", "notes") in seen[2]


@pytest.mark.parametrize("content", ['{"a": 1}', "[]", "not JSON"])
def test_a_json_file_that_is_no_contact_is_refused_in_one_line(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.json"
    path.write_text(content)
    monkeypatch.setattr("sys.argv", ["triage", "scan", str(path)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert str(path) in line
