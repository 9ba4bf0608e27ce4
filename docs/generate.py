"""Writes what follows from the code: reference pages, and the clauses of the patterns. Tests hold them to it.

python docs/generate.py
"""

from __future__ import annotations

import ast
import inspect
import re
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import typer.main
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from classifiers import known_clauses
from classifiers.lexicon import expanded_patterns
from gateway.cli.app import application
from gateway.cli.schema import SCHEMAS
from gateway.governance.features import FEATURES
from gateway.governance.pack_words import how_met
from gateway.policies import load_pack
from gateway.settings import Settings
from models.plain_names import plain
from models.policy import PolicyPack
from models.policy_life import RuleMet
from models.policy_places import FEATURE
from routing.reasons import REASONS
from routing.restrictions.table import RULES

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by docs/generate.py from the code. Change the code, then run it again. -->"

MEANINGS: dict[str, str] = yaml.safe_load((ROOT / "docs" / "settings.yaml").read_text(encoding="utf-8"))
"""What each setting is for, by its dotted name."""

_DEFAULTS_IN_WORDS = {
    "alerts.ladders": "the queue, then the manager: see [alerts](../howto/alerts.md#ladders)",
    "policies": "the packs that ship with the program",
    "scan.lexicons": "the lexicons that ship with the program",
    "letters.templates": "the letters that ship with the program",
    "scan.weights": "the weights that ship with the program",
    "scan.own_weights": "`weights` beside the store",
    "smtp.hostname": "this machine's name",
    "relay.hostname": "this machine's name",
    "http.public_url": "`http://` and `http.listen`",
}


def page(title: str, *blocks: str) -> str:
    """A page with its note, title and blocks, a blank line between them."""
    return "\n\n".join((NOTE, f"# {title}", *(block.strip("\n") for block in blocks))) + "\n"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def settings() -> str:
    """Every setting with its type, default, environment variable and meaning."""
    top = [(name, field) for name, field in Settings.model_fields.items() if _section(field) is None]
    blocks = [
        "One TOML file, named with `--config FILE` or the environment variable `TRIAGE_CONFIG`. Every setting can also "
        "come from the environment, which wins: `TRIAGE_RELAY__HOST=mail.council.example`. A setting nobody reads is "
        "refused at the start, with its name. Relative paths start from the folder the command runs in.",
        "## Top of the file",
        _settings_table("", top),
    ]
    for name, field in Settings.model_fields.items():
        section = _section(field)
        if section is not None:
            blocks += [
                f"## `[{name}]`",
                inspect.cleandoc(section.__doc__ or ""),
                _settings_table(f"{name}.", list(section.model_fields.items())),
                *(block for each in _tables_of(section) for block in _table_block(each)),
            ]
    return page("Settings", *blocks)


def all_settings() -> list[tuple[str, FieldInfo]]:
    """Every setting by its dotted name."""
    found = []
    for name, field in Settings.model_fields.items():
        section = _section(field)
        if section is None:
            found.append((name, field))
        else:
            found += [(f"{name}.{inner}", each) for inner, each in section.model_fields.items()]
    return found


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _tables_of(section: type[BaseModel]) -> list[type[BaseModel]]:
    """The models that the section's settings are made of, each once."""
    found: dict[type[BaseModel], None] = {}
    for field in section.model_fields.values():
        for model in _models_in(field.annotation):
            found.update({model: None, **dict.fromkeys(_tables_of(model))})
    return list(found)


def _models_in(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for argument in get_args(kind):
        yield from _models_in(argument)


def _table_block(model: type[BaseModel]) -> tuple[str, str, str]:
    rows = [
        (f"`{name}`", _type(field), "needed" if field.is_required() else _default(name, field))
        for name, field in model.model_fields.items()
    ]
    title = f"### {_title(model)}"
    return title, inspect.cleandoc(model.__doc__ or ""), table(("Setting", "Type", "Default"), rows)


def _title(model: type[BaseModel]) -> str:
    return model.__name__.removesuffix("Settings")


def _settings_table(prefix: str, fields: list[tuple[str, FieldInfo]]) -> str:
    rows = []
    for name, field in fields:
        path = prefix + name
        meaning = field.description or MEANINGS.get(path, "")
        variable = "TRIAGE_" + path.upper().replace(".", "__")
        rows.append((f"`{name}`", _type(field), _default(path, field), meaning, f"`{variable}`"))
    return table(("Setting", "Type", "Default", "What it is for", "Environment"), rows)


def _type(field: FieldInfo) -> str:
    limits = [
        f"{sign} {getattr(rule, name)}" for rule in field.metadata for name, sign in _LIMITS if hasattr(rule, name)
    ]
    return ", ".join([_type_name(field.annotation), *limits])


_LIMITS = (("gt", "over"), ("ge", "at least"), ("lt", "under"), ("le", "at most"))


def _type_name(kind: Any) -> str:
    origin, args = get_origin(kind), get_args(kind)
    if origin is typing.Annotated:
        return _type_name(args[0])
    if origin is typing.Literal:
        return " or ".join(f"`{arg}`" for arg in args)
    if origin in (typing.Union, UnionType):
        return " or ".join(dict.fromkeys(_type_name(arg) for arg in args if arg is not NoneType))
    if origin in (tuple, list, frozenset):
        return f"list of {_type_name(args[0])}"
    if origin is dict:
        return f"table of {_type_name(args[1])} by name"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{_title(kind)}](#{_title(kind).lower()})"
    return _TYPE_NAMES.get(getattr(kind, "__name__", str(kind)), getattr(kind, "__name__", str(kind)))


_TYPE_NAMES = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "Path": "path",
    "SecretStr": "text",
    "IPv4Network": "network",
    "IPv6Network": "network",
}


def _default(path: str, field: FieldInfo) -> str:
    if path in _DEFAULTS_IN_WORDS:
        return _DEFAULTS_IN_WORDS[path]
    value = field.get_default(call_default_factory=True, validated_data={})
    return "–" if value is None else f"`{_toml(value)}`"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list | frozenset):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, BaseModel):
        return _toml(value.model_dump(mode="json", exclude_none=True))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return str(value) if isinstance(value, int | float) else f'"{value}"'


def commands() -> str:
    """Every command with its arguments and options."""
    blocks = [
        "Exit codes: 0 done; 1 it was understood and could not be done; 2 bad usage or unreadable input. Whatever goes "
        "wrong is said in one line on standard error."
    ]
    for path, command in every_command("triage", typer.main.get_command(application())):
        blocks += [f"## `{path}`", inspect.cleandoc(command.help or "")]
        rows = [_parameter(each) for each in command.params if not getattr(each, "hidden", False)]
        if rows:
            blocks.append(table(("Argument or option", "What it is for"), rows))
    return page("Commands", *blocks)


def every_command(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """(`triage GROUP NAME`, the command) of every command below one."""
    if hasattr(command, "commands"):
        if command.invoke_without_command:
            yield path, command
        for name in sorted(command.commands):
            yield from every_command(f"{path} {name}", command.commands[name])
    else:
        yield path, command


def _parameter(parameter: Any) -> tuple[str, str]:
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
        return (f"`{name}`" if parameter.required else f"`[{name}]`"), getattr(parameter, "help", None) or ""
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    needed = " Needed." if parameter.required else ""
    return names, (parameter.help or "") + needed


def reasons() -> str:
    """Every rule id that a decision can give as its reason."""
    rows = [(f"`{rule}`", meaning) for rule, meaning in REASONS.items()]
    return page(
        "Reasons",
        "Each decision lists the rules that applied, with the paragraphs of the policy they rest on and a sentence for "
        "people. The ids are stable: one is never used for something else. `triage schema reasons` prints them as "
        "JSON.",
        table(("Rule", "Meaning"), rows),
    )


def lexicons() -> str:
    """Every lexicon rule with its meaning, urgency and score."""
    blocks = [
        "The first stage of the scan. Each rule is a set of linear-time patterns in `config/lexicons/*.yaml`, with "
        "phrases that lower its score and examples that the tests hold it to. Evidence in a decision names the rule "
        "that saw it. Some phrases (denial, quotation, old news, a figure of speech) are excuses: they lower the score "
        "of a sentence. The sentence stays in the contact, and in the score."
    ]
    for path in sorted((ROOT / "config" / "lexicons").glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "label" in document:
            rows = [
                (f"`{rule['id']}`", rule["meaning"], rule.get("urgency", ""), f"{rule['score']:.2f}")
                for rule in document["rules"]
            ]
            blocks += [f"## {document['label']}", table(("Rule", "Meaning", "Urgency", "Score"), rows)]
    return page("Lexicons", *blocks)


def schemas() -> str:
    """Every JSON Schema with what it describes."""
    rows = [(f"`triage schema {name}`", _described(model)) for name, model in sorted(SCHEMAS.items())]
    rows.append(("`triage schema reasons`", "Not a schema: the reason ids with their meanings."))
    return page(
        "Schemas",
        "Every format that the gateway reads or writes has a JSON Schema. Fields that a schema does not name are "
        "refused, except in the files of earlier contacts and of what was sent, whose unknown fields are ignored.",
        table(("Command", "What it describes"), rows),
    )


def _described(model: object) -> str:
    """The first paragraph of a model's docstring; a union of several has only its type's."""
    if not isinstance(model, type):
        return "One measure of a strategy; `kind` says which."
    return inspect.cleandoc(model.__doc__ or "").split("\n\n")[0]


def policies() -> str:
    """Each pack: what it is, every rule with what meets it, and each paragraph it cites in decisions."""
    tests = ROOT / "tests" / "policies"
    shown = tests_by_rule(tests) | {rule: [f"**Not yet.** {why}"] for rule, why in not_yet(tests).items()}
    blocks = [
        "A pack is one organisation's policy as data: `config/policies/*.yaml`. Each rule of the policy has an id, "
        "what it says in our words, the paragraphs it rests on, and what meets it: places in the pack, or "
        "[features](#features) that hold for every pack. *Enforced*: refused or done by the program; *supported*: "
        "asked, prompted or offered; *tracked*: on record, with its clock; *reported*: counted. The last column names "
        "the tests that show it; each is tried on packs that say something else, too, and must fail there. An "
        "*invariant* no pack can switch off; a pack says at most which paragraphs are quoted for it. It is tried on "
        "every pack that loads and has one value altered, and must hold there. "
        "*Not yet*: nothing shows it so far, and why. `triage policy explain ID --rule RULE` says the same with the "
        "pack's own values.",
        "A policy without numbered paragraphs is cited by lines of its text: L82-L84. `generic` cites nothing and has "
        "no rules of its own: it is the strict default.",
    ]
    for path in sorted((ROOT / "config" / "policies").glob("*.yaml")):
        pack = load_pack(path)
        blocks += [f"## {pack.name} (`{pack.id}`)", _about(pack)]
        if pack.life.rules:
            head = ("Rule", "Mode", "What it says", "Paragraphs", "What meets it", "Shown by")
            rules = pack.life.rules.items()
            blocks += ["### Rules of " + pack.id, table(head, [_rule(name, rule, shown) for name, rule in rules])]
        paragraphs: dict[str, list[str]] = {}
        for rule, cites in pack.cites.items():
            for paragraph in cites:
                paragraphs.setdefault(paragraph, []).append(rule)
        if paragraphs:
            rows = [
                (cite, "<br>".join(map(_met_by, rules))) for cite, rules in sorted(paragraphs.items(), key=_in_order)
            ]
            blocks += ["### Paragraphs in decisions of " + pack.id, table(("Paragraph", "What meets it"), rows)]
    features = [(f"`{name}`", feature.says, _module(feature.module)) for name, feature in FEATURES.items()]
    blocks += ["## Features", table(("Feature", "What it does", "Where"), features)]
    return page("Policies", *blocks)


def _rule(name: str, rule: RuleMet, shown: dict[str, list[str]]) -> tuple[str, ...]:
    return (
        f"`{name}`",
        how_met(rule),
        rule.says,
        "; ".join(rule.cites),
        "<br>".join(f"`{by.removeprefix(FEATURE)}`" for by in rule.by),
        "<br>".join(shown.get(name, ())) or "–",
    )


def _module(name: str) -> str:
    """The module, with a link where it is there."""
    path = ROOT / name.replace(".", "/")
    place = path if path.is_dir() else path.with_suffix(".py")
    return f"[`{name}`](../../{place.relative_to(ROOT)})" if place.exists() else f"`{name}`"


def tests_by_rule(folder: Path) -> dict[str, list[str]]:
    """The tests of the folder by the rules that they are marked to show: `@shows("C-28", …)`."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for rule in _shown(node):
                    test = plain(node.name.removeprefix("test_"))
                    found.setdefault(rule, []).append(f"[{test}](../../tests/policies/{path.name})")
    return {rule: list(dict.fromkeys(tests)) for rule, tests in found.items()}


def not_yet(folder: Path) -> dict[str, str]:
    """The rules that nothing shows yet, and why: `NOT_YET` of the folder."""
    for node in ast.parse((folder / "not_yet.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", None) == "NOT_YET" and node.value:
            return {str(rule): str(why) for rule, why in ast.literal_eval(node.value).items()}
    raise LookupError("there is no NOT_YET")


def _shown(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", None) == "shows":
            yield from (each.value for each in decorator.args if isinstance(each, ast.Constant))


def _about(pack: PolicyPack) -> str:
    dates = [f"version {pack.version}"]
    if pack.approved_on:
        dates.append(f"of {pack.approved_on}")
    if pack.review_due:
        dates.append(f"to be reviewed by {pack.review_due}")
    return f"{', '.join(dates).capitalize()}. It speaks of a {pack.strategy_term} and a {pack.spoc_term}."


def _met_by(rule: str) -> str:
    where = f" ([code](../../{RULES[rule].__module__.replace('.', '/')}.py))" if rule in RULES else ""
    return f"`{rule}`: {REASONS.get(rule, 'a measure')}{where}"


def _in_order(item: tuple[str, list[str]]) -> list[tuple[bool, int, str]]:
    pieces = re.findall(r"\d+|\D+", item[0])
    return [(piece.isdigit(), int(piece) if piece.isdigit() else 0, piece) for piece in pieces]


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "commands.md": commands,
    "reasons.md": reasons,
    "lexicons.md": lexicons,
    "schemas.md": schemas,
    "policies.md": policies,
}


def main() -> None:
    """Write every page, and the clauses of the patterns that ship."""
    known_clauses.SHIPPED.write_text(known_clauses.written(expanded_patterns(ROOT / "config" / "lexicons")))
    for name, write in PAGES.items():
        (REFERENCE / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
