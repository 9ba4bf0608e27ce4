"""`triage policy`: the packs of an organisation's policy, checked, read and compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from gateway.cli.exits import BadInput, Failed
from gateway.cli.rows import print_json
from gateway.cli.settings import Config, settings_of
from gateway.clock import utc_now
from gateway.faults import YamlFileError
from gateway.governance.pack_answers import NotInPack, explained_cite, explained_rule
from gateway.governance.pack_diff import differences
from gateway.governance.pack_explained import Section, explained
from gateway.policies import load_named_pack, load_pack
from gateway.yaml_file import place
from models.policy import PolicyPack
from models.policy_cautions import cautions

_app = typer.Typer(help="Validate, explain and compare policy packs.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="policy")


Pack = Annotated[str, typer.Argument(help="A pack's id, or its file.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@_app.command()
def validate(
    packs: Annotated[list[str] | None, typer.Argument(help="Ids or files; all packs where none is named.")] = None,
    config: Config = None,
) -> None:
    """Say what is wrong with packs, with line and field; exit 2 if anything is. A caution is no fault."""
    folder = settings_of(config).policies
    wrong = []
    for path in [_path(name, folder) for name in packs or _ids(folder)]:
        in_use = path.parent.resolve() == folder.resolve()
        try:
            pack = load_named_pack(path) if in_use else load_pack(path)
        except YamlFileError as error:
            wrong.append(str(error))
            continue
        for location, message in cautions(pack, utc_now().date()):
            sys.stderr.write(f"{place(path, location)}: caution: {message}\n")
        print(_counts(pack))
    if wrong:
        raise BadInput("\n".join(wrong))


@_app.command()
def explain(
    pack: Pack,
    rule: Annotated[str | None, typer.Option(help="One rule, such as C-28.")] = None,
    cite: Annotated[str | None, typer.Option(help='What rests on a paragraph, such as "Cleveland 9.12".')] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show what a pack says, for a person to read."""
    if rule and cite:
        raise BadInput("--rule and --cite: expected one of them")
    loaded = _load(pack, settings_of(config).policies)
    try:
        if rule:
            sections = explained_rule(loaded, rule.upper())
        else:
            sections = explained_cite(loaded, cite) if cite else explained(loaded)
    except NotInPack as error:
        raise Failed(str(error)) from None
    if as_json:
        document = [
            {"title": section.title, "lines": [line._asdict() for line in section.lines]} for section in sections
        ]
        print_json({"pack": loaded.id, "version": loaded.version, "sections": document})
    else:
        _print_sections(sections)


@_app.command()
def diff(a: Pack, b: Pack, config: Config = None, as_json: AsJson = False) -> None:
    """Show how two packs differ, one difference a line."""
    folder = settings_of(config).policies
    one, other = _load(a, folder), _load(b, folder)
    names = (one.id, other.id) if one.id != other.id else (a, b)
    found = differences(one, other, names)
    if as_json:
        print_json([difference._asdict() for difference in found])
    elif found:
        print("\n".join(map(str, found)))
    else:
        print("no difference")


def _load(name: str, folder: Path) -> PolicyPack:
    return load_pack(_path(name, folder))


def _path(name: str, folder: Path) -> Path:
    """The file of that name, or the pack of that id."""
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    path = folder / f"{name}.yaml"
    if not path.exists():
        raise BadInput(f"no pack {name!r} in {folder}; there are {', '.join(_ids(folder))}")
    return path


def _ids(folder: Path) -> list[str]:
    ids = sorted(path.stem for path in folder.glob("*.yaml"))
    if not ids:
        raise BadInput(f"{folder}: no policy packs (*.yaml) there")
    return ids


def _counts(pack: PolicyPack) -> str:
    life = pack.life
    return (
        f"{pack.id}: good; version {pack.version}, {len(life.rules)} rules, {len(life.checklist)} questions, "
        f"{len(life.measures)} measures"
    )


def _print_sections(sections: tuple[Section, ...]) -> None:
    console = Console(highlight=False)
    for section in sections:
        console.print(Text(section.title, style="bold"))
        for line in section.lines:
            text = Text(line.text)
            if line.cites:
                text.append(f"  {'; '.join(line.cites)}", style="dim")
            console.print(Padding(text, (0, 0, 0, 2), expand=False))
        console.print()
