"""`triage train` from a corpus of a few lines: what is put in use, what is not, and the way back."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from store_builders import NOW, audited, decision, email, recorded

from classifiers.training import fast
from gateway import own_lines
from gateway.cli.app import main
from gateway.settings import Settings, load_settings
from gateway.store import keyfile
from gateway.store.store import Store, open_store
from gateway.weights_shelf import shelf_of, weights_in_use
from models.contact import Part
from models.decision import Queue
from models.finding import Category, Evidence, Finding, Label, Urgency

SEED = 1
WORDS = ("violet", "teapot", "bed", "lamp", "bin")
T = TypeVar("T")


def lines(teapot: dict[str, object]) -> Iterator[dict[str, object]]:
    """Forty of each to learn from, twelve of each to be tested on. `teapot`: what lines with one are taught to be.

    No rule of the lexicon speaks of what is told.
    """
    for n in range(40):
        yield {"family": f"c{n}", "text": f"I heard the violet teapot hum under my bed at {n}.", **teapot}
        text = f"The chimney whistles my name on floor {n}."
        yield {"kind": "concern", "family": f"d{n}", "labels": ["self_harm"], "text": text}
        yield {"kind": "contrast", "family": f"x{n}", "near": ["self_harm"], "text": f"The tent by gate {n} is here."}
        yield {"kind": "host", "family": f"h{n}", "text": f"Dear Sir, the lamp at number {n} is out. Please mend it."}
        yield {"kind": "ordinary", "family": f"o{n}", "text": f"The bin lorry came on Tuesday to number {n}."}
    for n in range(12):
        text = f"The violet teapot hums under my bed, {n}."
        yield {"kind": "concern", "family": f"lk3-c{n}", "labels": ["self_harm"], "text": text}
        yield {"kind": "host", "family": f"lk3-h{n}", "text": f"Dear Sir, the lamp in road {n} is out. Please mend it."}
        yield {"kind": "ordinary", "family": f"lk3-o{n}", "text": f"The bin at {n} is full."}


TOLD: dict[str, object] = {"kind": "concern", "labels": ["self_harm"]}
DENIED: dict[str, object] = {"kind": "ordinary"}


def write_corpus(folder: Path, teapot: dict[str, object] = TOLD) -> Path:
    folder.mkdir()
    text = "".join(json.dumps(line) + "\n" for line in lines(teapot))
    (folder / "some.jsonl").write_text(text, encoding="utf-8")
    np.savez(
        folder / "word_vectors.npz",
        words=np.frombuffer("\n".join(WORDS).encode(), dtype=np.uint8),
        vectors=np.eye(len(WORDS), 4, dtype=np.int8),
        scale=np.ones(4, dtype=np.float32),
    )
    return folder


@dataclass(frozen=True)
class Office:
    """A store, its settings and weights of its own trained from the small corpus."""

    config: Path
    settings: Settings
    corpus: Path

    def in_store(self, work: Callable[[Store], Awaitable[T]]) -> T:
        async def run() -> T:
            store = open_store(
                self.settings.store.path, keyfile.load(self.settings.store.key_file).sealer(), now=lambda: NOW
            )
            try:
                return await work(store)
            finally:
                store.close()

        return asyncio.run(run())

    def audited(self, event: str) -> list[str]:
        return self.in_store(lambda store: audited(store, event))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`corpus/` and `shipped/fast`, made once."""
    folder = tmp_path_factory.mktemp("trained")
    fast.train(write_corpus(folder / "corpus"), folder / "shipped" / "fast", SEED)
    return folder


@pytest.fixture
def office(tmp_path: Path, trained: Path) -> Office:
    shutil.copytree(trained / "shipped", tmp_path / "shipped")
    config = tmp_path / "gateway.toml"
    config.write_text(
        f'[store]\npath = "{tmp_path}/triage.db"\nkey_file = "{tmp_path}/keys.json"\n'
        f'[scan]\nweights = "{tmp_path}/shipped"\nsemantic_children = 0\n[triage]\nchildren = 1\n'
    )
    settings = load_settings(config)
    keyfile.create(settings.store.key_file)
    return Office(config, settings, trained / "corpus")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, office: Office) -> Callable[..., int]:
    def run(*arguments: str) -> int:
        words = ["triage", "train", "--config", str(office.config), *arguments]
        if "--corpus" not in arguments:
            words += ["--corpus", str(office.corpus)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as stopped:
            main()
        return int(stopped.value.code or 0)

    return run


@pytest.mark.long
def test_weights_that_are_nowhere_worse_are_put_in_use_and_back(
    office: Office, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    office.config.write_text(office.config.read_text() + "[scan.stated_recall]\nrights = 0.8\n")
    assert run("--by", "Pat") == 0
    said = capsys.readouterr()
    name = shelf_of(office.settings).in_use()
    assert name is not None
    assert f"{name} is in use instead of those that ship with the program" in said.out
    assert "restart it" in said.out
    assert "the fast model …" in said.err
    used = weights_in_use(office.settings)
    manifest = json.loads((used / "manifest.json").read_text())
    assert manifest["candidate"]["own"] == {"confirmed": 0, "dismissed": 0, "background": 0}
    assert manifest["candidate"]["data_sha256"] == manifest["candidate"]["corpus_sha256"]
    assert {row["about"] for row in manifest["comparison"]["rows"]} >= {"self_harm", "any concern"}
    assert set(manifest["files"]) == {"fast/weights.npz", "fast/manifest.json"}
    stated = {
        label: own["stated"]
        for label, own in json.loads((used / "fast" / "manifest.json").read_text())["control"].items()
    }
    assert (stated["complaint"], stated["self_harm"]) == (0.8, 0.95)
    assert office.audited("weights_put") == [f"weights/{name}"]

    assert run("--by", "Sam", "--roll-back") == 0
    assert f"{name} is no longer in use; now in use: those that ship with the program" in capsys.readouterr().out
    assert weights_in_use(office.settings) == office.settings.scan.weights
    assert office.audited("weights_rolled_back") == ["weights/shipped"]
    assert run("--by", "Sam", "--roll-back") == 1
    assert "nothing to go back from" in capsys.readouterr().err


def test_weights_that_are_worse_are_kept_for_a_look_and_not_used(
    office: Office, run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write_corpus(tmp_path / "bad", DENIED)
    assert run("--by", "Pat", "--corpus", str(bad)) == 1
    said = capsys.readouterr()
    [row] = [line for line in said.out.splitlines() if line.startswith("  self_harm")]
    assert row.split() == ["self_harm", "12", "12", "0", "0", "12", "0.0002", "WORSE"]
    assert "self_harm (label found)" in said.err
    [kept] = (tmp_path / "weights" / "versions").iterdir()
    assert str(kept) in said.err
    assert weights_in_use(office.settings) == office.settings.scan.weights
    assert office.audited("weights_not_put") == [f"weights/{kept.name}"]


@pytest.mark.long
def test_damaged_weights_stop_whatever_scans_and_the_way_back_is_told(
    office: Office,
    run: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("--by", "Pat") == 0
    with (weights_in_use(office.settings) / "fast" / "weights.npz").open("ab") as file:
        file.write(b"x")
    text = tmp_path / "text.txt"
    text.write_text("Hello.")
    for command in (["scan", str(text)], ["serve"]):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["triage", *command, "--config", str(office.config)])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == 1
        [line] = capsys.readouterr().err.splitlines()
        assert "fast/weights.npz" in line
        assert "triage train --roll-back" in line
    assert run("--by", "Sam", "--roll-back") == 0


BODY = "Good morning. I said I would tie a rope. Thank you."
ROPE = "I said I would tie a rope."


async def reviewed_contact(store: Store, queue: Queue, label: Label, category: Category, outcome: str) -> str:
    start = BODY.index("tie a rope")
    evidence = Evidence(part="body", start=start, end=start + 10, quote="tie a rope", by="lexicon:x")
    found = Finding(
        category=category, label=label, score=0.9, threshold=0.5, urgency=Urgency.SAME_DAY, evidence=(evidence,)
    )
    contact = email("-").model_copy(update={"parts": (Part(name="body", text=BODY),)})
    made = decision(contact, review=(queue,)).model_copy(update={"findings": (found,)})
    id_ = (await recorded(store, contact, made=made)).id
    [item] = [item for item in await store.review.items(queue=queue) if item.contact_id == id_]
    assert await store.review.close(item.id, by="pat", outcome=outcome, note=None, now=NOW)
    return id_


async def review_some(store: Store) -> list[str]:
    self_harm = (Queue.SAFEGUARDING, Label.SELF_HARM, Category.SAFEGUARDING)
    return [
        await reviewed_contact(store, *self_harm, "confirmed"),
        await reviewed_contact(store, Queue.CRIMINAL, Label.CRIME_REPORT, Category.CRIMINAL, "Dismissed"),
        await reviewed_contact(store, *self_harm, "done"),
        await reviewed_contact(store, Queue.SPOC, Label.COMPLAINT, Category.RIGHTS, "confirmed"),
    ]


def test_reviews_closed_with_one_of_two_words_become_lines(office: Office) -> None:
    confirmed, dismissed, *_ = office.in_store(review_some)
    found = {line.family: line for line in office.in_store(own_lines.reviewed)}
    assert set(found) == {f"own-{confirmed}", f"own-{dismissed}"}
    assert found[f"own-{confirmed}"].labels == (Label.SELF_HARM,)
    assert found[f"own-{dismissed}"].near == (Label.CRIME_REPORT,)
    assert {line.text for line in found.values()} == {ROPE}


def test_an_erased_contact_teaches_nothing_and_stops_nothing(office: Office) -> None:
    confirmed, dismissed, *_ = office.in_store(review_some)

    async def erase(store: Store) -> None:
        await store.writer.run(lambda connection: store.vault.erase_many(connection, [confirmed]))

    office.in_store(erase)
    assert [line.family for line in office.in_store(own_lines.reviewed)] == [f"own-{dismissed}"]


def test_own_mail_is_learnt_from_and_kept_nowhere(
    office: Office, run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.in_store(review_some)
    mail = tmp_path / "mail"
    mail.mkdir()
    letter = b"From: a@b.example\r\nSubject: Hello\r\n\r\nThe weathercock of Saint Zenobia squeaks. Please oil it.\r\n"
    for name in ("one", "same"):
        (mail / f"{name}.eml").write_bytes(letter)
    (mail / "flagged.eml").write_bytes(letter.replace(b"Please oil it", b"I heard the violet teapot hum under my bed"))
    assert run("--by", "Pat", "--background", str(mail)) == 0
    said = capsys.readouterr()
    assert "own lines: 1 confirmed, 1 dismissed, 2 of background" in said.err
    assert re.search(r"  flagged\.eml: .*self_harm", said.err)
    used = weights_in_use(office.settings)
    told = json.loads((used / "manifest.json").read_text())["candidate"]
    assert told["own"] == {"confirmed": 1, "dismissed": 1, "background": 2}
    assert told["data_sha256"] != told["corpus_sha256"]
    for path in (tmp_path / "weights").rglob("*"):
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                content = b"".join(arrays[name].tobytes() for name in arrays.files)
        else:
            content = path.read_bytes() if path.is_file() else b""
        assert b"Zenobia" not in content and b"zenobia" not in content and b"tie a rope" not in content, path

    assert run("--by", "Pat", "--no-reviewed") == 0
    assert "own lines: 0 confirmed, 0 dismissed, 0 of background" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--by"),
        (["--by", " "], "--by"),
        (["--by", "Pat", "--roll-back", "--no-reviewed"], "give it alone"),
        (["--by", "Pat", "--background", "/nowhere/at/all"], "no such file"),
    ],
)
def test_bad_usage(
    arguments: list[str], says: str, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_a_corpus_without_a_locked_test_is_refused_before_the_work(
    run: Callable[..., int], tmp_path: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_only = tmp_path / "open"
    shutil.copytree(trained / "corpus", open_only)
    path = open_only / "some.jsonl"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "lk3-" not in line))
    assert run("--by", "Pat", "--corpus", str(open_only)) == 2
    said = capsys.readouterr().err
    assert "0 letters" in said
    assert "the fast model" not in said
