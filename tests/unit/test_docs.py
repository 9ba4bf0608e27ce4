"""The reference pages say what the code says, and no link of the documentation leads nowhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import typer.main
import yaml

from gateway.cli.app import application
from gateway.reading.record import read_record
from gateway.settings import load_settings
from models.register import Register

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


@pytest.mark.parametrize("name", sorted(GENERATOR.PAGES))
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    written = (GENERATOR.REFERENCE / name).read_text(encoding="utf-8")
    assert written == GENERATOR.PAGES[name](), "run: python docs/generate.py"


def test_every_setting_says_what_it_is_for_and_nothing_else_does() -> None:
    assert set(GENERATOR.MEANINGS) == {path for path, field in GENERATOR.all_settings() if not field.description}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, anchor = unquote(target).partition("#")
        goal = (page.parent / path) if path else page
        assert goal.exists(), f"{target}: there is no {path}"
        if anchor:
            assert anchor in _anchors(goal), f"{target}: no such heading"


def _anchors(page: Path) -> set[str]:
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").glob("*.svg")), ids=lambda path: path.name)
def test_a_picture_says_what_it_shows(picture: Path) -> None:
    root = ElementTree.parse(picture).getroot()
    words = {name: root.findtext(f"{{http://www.w3.org/2000/svg}}{name}") for name in ("title", "desc")}
    assert all(words.values()), words


def _joined(text: str) -> list[str]:
    """Its lines, those that go on after a backslash as one."""
    return re.sub(r" *\\\n *", " ", text).splitlines()


def _blocks(*languages: str) -> Iterator[tuple[str, str]]:
    """(page, text) of every fenced block in one of the languages; "" for those that name none."""
    for page in PAGES:
        fence = None
        lines: list[str] = []
        for line in page.read_text(encoding="utf-8").splitlines():
            if not line.startswith("```"):
                lines.append(line)
            elif fence is None:
                fence, lines = line.removeprefix("```"), []
            else:
                if fence in languages:
                    yield page.name, "\n".join(lines) + "\n"
                fence = None


def _named(blocks: list[tuple[str, str]]) -> dict[str, str]:
    return {f"{page}-{number}": text for number, (page, text) in enumerate(blocks)}


SETTINGS = _named(list(_blocks("toml")))
REGISTERS = _named([(page, text) for page, text in _blocks("yaml") if "people:" in text])
RECORDS = _named([(page, text) for page, text in _blocks("json")])
LINES = sorted(
    {line.split(" > ")[0] for _, text in _blocks("") for line in _joined(text) if re.match("triage [a-z]", line)}
)


def test_there_are_examples() -> None:
    assert SETTINGS and REGISTERS and RECORDS and len(LINES) > 20


@pytest.mark.parametrize("name", SETTINGS)
def test_an_example_of_settings_is_accepted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(SETTINGS[name], encoding="utf-8")
    load_settings(path)


@pytest.mark.parametrize("name", REGISTERS)
def test_an_example_of_a_register_is_accepted(name: str) -> None:
    Register.model_validate(yaml.safe_load(REGISTERS[name]))


@pytest.mark.parametrize("name", RECORDS)
def test_an_example_of_a_contact_file_is_accepted(name: str) -> None:
    contact = read_record(RECORDS[name].encode(), contact_id="c", received_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert contact.parts


COMMANDS = dict(GENERATOR.every_command("triage", typer.main.get_command(application())))


def test_every_command_takes_its_settings_from_the_environment_too() -> None:
    named = {path: each.envvar for path, one in COMMANDS.items() for each in one.params if "--config" in each.opts}
    assert len(named) > 100
    assert {path for path, variable in named.items() if variable != "TRIAGE_CONFIG"} == set()


@pytest.mark.parametrize("line", LINES)
def test_a_command_shown_is_one_there_is(line: str) -> None:
    words = shlex.split(line)
    path = max((path for path in COMMANDS if words[: len(path.split())] == path.split()), key=len, default=None)
    assert path is not None, "no such command"
    command = COMMANDS[path]
    options = {name for each in command.params for name in each.opts if name.startswith("--")}
    rest = words[len(path.split()) :]
    assert {word for word in rest if word.startswith("--")} <= options
    given = rest.copy()
    for each in command.params:
        if each.param_type_name == "option" and each.required:
            assert set(each.opts) & set(given), f"{path} needs {each.opts[0]}"
