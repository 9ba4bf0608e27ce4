"""YAML read so that an error can say on which line its cause stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.faults import YamlFileError
from models.plain_faults import describe, follows_on

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
M = TypeVar("M", bound=BaseModel)
Location = tuple[str | int, ...]

_DEEPEST = 40
MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class _Document:
    value: object
    lines: Mapping[Location, int]

    def line(self, location: Sequence[str | int]) -> int:
        """The line of the field, or of the nearest thing above it that the file has."""
        for end in range(len(location), -1, -1):
            if (found := self.lines.get(tuple(location[:end]))) is not None:
                return found
        return 1


def load(
    path: Path,
    model: type[M],
    *,
    context: Mapping[str, object] | None = None,
    check: Callable[[M], Iterable[tuple[Location, str]]] = lambda _made: (),
) -> M:
    """The file as `model`. YamlFileError names file, line, field, what was found and what was expected.

    `context`: what the model's own checks need to know beside the file. `check`: what else may be wrong with it.
    """
    document = _parse(path, _text(path))
    if document.value is None:
        raise YamlFileError(f"{path}: the file is empty")
    try:
        made = model.model_validate(document.value, context=dict(context or {}))
    except ValidationError as error:
        raise YamlFileError("\n".join(_faults(path, document, error))) from None
    found = [f"{path}:{document.line(where)}: {_name(where)}: {message}" for where, message in check(made)]
    if found:
        raise YamlFileError("\n".join(found))
    return made


def place(path: Path, location: Sequence[str | int]) -> str:
    """`file:line: field` of a field, or of the nearest thing above it that the file has. YamlFileError as `load`."""
    return f"{path}:{_parse(path, _text(path)).line(location)}: {_name(location)}"


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise YamlFileError(f"{path}: larger than {MOST_BYTES // 1024 // 1024} MB; is it the right file?")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise YamlFileError(f"{path}: no such file") from None
    except OSError as error:
        raise YamlFileError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise YamlFileError(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from None


def _parse(path: Path, text: str) -> _Document:
    try:
        _expect_shallow(path, text)
        loader = _Loader(text)
        try:
            builder = _Builder(path, loader)
            node = loader.get_single_node()
            value = None if node is None else builder.build(node, ())
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlFileError(f"{path}:{line}: not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlFileError(f"{path}:{line}: not YAML: a control character, which text does not have") from None
    return _Document(value, builder.lines)


def _expect_shallow(path: Path, text: str) -> None:
    """Refuse what is nested too deeply before it is composed, which recurses in C and would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise YamlFileError(f"{path}:{line}: nested more than {_DEEPEST} deep; no file of ours is")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    """Nodes to values, noting the line of each."""

    def __init__(self, path: Path, loader: Any) -> None:
        self._path = path
        self._loader = loader
        self._built: set[int] = set()
        self.lines: dict[Location, int] = {}

    def build(self, node: yaml.Node, at: Location) -> object:
        """The node's value. YamlFileError for a repeated key or an alias."""
        if id(node) in self._built:  # an alias: a few of them, nested, can unfold to fill any memory
            raise self._fault(node, at, "anchors and aliases are not taken; write the value out")
        self._built.add(id(node))
        self.lines[at] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*at, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, at)

    def _scalar(self, node: yaml.Node, at: Location) -> object:
        if node.tag == "tag:yaml.org,2002:int" and ":" in node.value:
            return node.value  # YAML 1.1 takes 14:00 for a number in base 60; we mean the time
        try:
            return self._loader.construct_object(node)
        except (ValueError, TypeError, AttributeError, LookupError, OverflowError):  # 2026-02-30, !!int x
            raise self._fault(node, at, "not a value that YAML knows, such as a day no month has") from None

    def _mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, at) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                raise self._fault(key_node, at, "a key must be a word")
            if key in result:
                raise self._fault(key_node, (*at, key), "given twice")
            result[key] = self.build(value_node, (*at, key))
            self.lines[(*at, key)] = key_node.start_mark.line + 1
        return result

    def _key(self, node: yaml.ScalarNode, at: Location) -> object:
        if node.tag == "tag:yaml.org,2002:bool":
            return node.value  # YAML 1.1 takes on, off, yes and no for true and false; `on` is a field of ours
        return self._scalar(node, at)

    def _fault(self, node: yaml.Node, at: Location, message: str) -> YamlFileError:
        return YamlFileError(f"{self._path}:{node.start_mark.line + 1}: {_name(at)}: {message}")


def _faults(path: Path, document: _Document, error: ValidationError) -> Iterator[str]:
    found: dict[Location, list[str]] = {}
    for fault in error.errors(include_url=False):
        if follows_on(fault):
            continue
        several: list[tuple[Location, str]] = fault.get("ctx", {}).get("faults", [])
        for location, message in several or [(_in_file(document.value, fault), describe(fault))]:
            found.setdefault(tuple(location), []).append(message)
    for location, messages in found.items():
        yield f"{path}:{document.line(location)}: {_name(location)}: {', or '.join(dict.fromkeys(messages))}"


def _in_file(value: object, fault: ErrorDetails) -> Location:
    """Where the fault is in the file: pydantic also puts the kinds and types it tried into the path."""
    kept: list[str | int] = []
    for place, part in enumerate(fault["loc"]):
        there: Any = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(there, dict) and part in there:
            value = there[part]
        elif fault["type"] != "missing" or place != len(fault["loc"]) - 1:
            continue
        kept.append(part)
    return tuple(kept)


def _name(location: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".") or "the file"
