"""The leaves of a MIME tree: which text is the message, which files hang on it, which form of two is read."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass, field

import re2

from gateway.reading.attachments import extension
from gateway.reading.charsets import between_controls, decode_text, is_binary
from gateway.reading.html import HtmlText, read_html
from gateway.reading.mime import Entity
from gateway.reading.transfer import MOST_UUENCODED, Transferred, uuencoded_blocks

_PUNCTUATION = string.punctuation + "‘’“”–—…•·«»"
_BOILERPLATE = re2.compile(
    rb"(?i)^[\s>*-]*(?:this is a (?:multi-?part|mime[- ]encapsulated|cryptographically signed) message.*|"
    rb"if you (?:are reading|can read|see) this.*|content-type:.*|your (?:mail|e-?mail) (?:reader|client) .*|"
    rb"message in mime format.*)?$"
)
_ENCRYPTED = frozenset({"multipart/encrypted"})
_BODY_TYPES = frozenset(
    {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/markdown"}
)


@dataclass(slots=True)
class Leaf:
    """One entity without children. `group` is the innermost multipart/alternative around it, None outside one."""

    entity: Entity
    group: int | None
    related: bool


@dataclass(slots=True)
class Tree:
    """The leaves of a message in order, attached messages unopened, and what was wrong with the structure."""

    leaves: list[Leaf] = field(default_factory=list)
    messages: list[Entity] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    encrypted: bool = False
    outside: list[str] = field(default_factory=list)


def flatten(root: Entity) -> Tree:
    """Walk the tree once. The defects of attached messages stay with them."""
    tree = Tree()
    _flatten(root, tree, None, False)
    return tree


def _flatten(entity: Entity, tree: Tree, group: int | None, related: bool) -> None:
    tree.defects.extend(entity.defects)
    if entity.outside:
        tree.outside.extend(_words_outside(entity.outside))
    if entity.media_type in _ENCRYPTED:
        tree.encrypted = True
    elif entity.media_type.startswith("multipart/") and entity.children:
        inner = id(entity) if entity.media_type == "multipart/alternative" else group
        for child in entity.children:
            _flatten(child, tree, inner, related or entity.media_type == "multipart/related")
    elif entity.children:
        tree.messages.append(entity)
    else:
        tree.leaves.append(Leaf(entity, group, related))


def _words_outside(data: bytes) -> Iterator[str]:
    """Text before the first and after the last part: no mail reader shows it, so it is hidden text."""
    lines = [line for line in data.splitlines() if _BOILERPLATE.match(line) is None]
    text = decode_text(b"\n".join(lines)).text.strip()
    if text:
        yield text


def is_body_leaf(leaf: Leaf, *, first: bool) -> bool:
    """Whether a leaf is part of what the writer wrote rather than a file."""
    entity = leaf.entity
    if entity.media_type.startswith("multipart/"):
        return True  # a multipart that fell apart is read as text
    if entity.media_type not in _BODY_TYPES or entity.disposition == "attachment":
        return False
    return not entity.filename or (first and extension(entity.filename) in ("", "txt", "htm", "html"))


@dataclass(slots=True)
class BodyText:
    """The message's own text. `alternatives`: another form of it that says something else."""

    text: str = ""
    hidden: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    cut: bool = False
    guesses: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    files: list[tuple[str, Transferred]] = field(default_factory=list)


def read_bodies(leaves: list[Leaf]) -> BodyText:
    """Read the body leaves: of each alternative the plain form, and the HTML form where it is richer or differs."""
    read = BodyText()
    texts: list[str] = []
    done: set[int] = set()
    for leaf in leaves:
        if leaf.group is None:
            texts.append(_leaf_text(leaf.entity, read))
            continue
        if leaf.group in done:
            continue
        done.add(leaf.group)
        texts.append(_choose([other.entity for other in leaves if other.group == leaf.group], read))
    read.text = "\n\n".join(text for text in texts if text.strip())
    return read


def _is_html(entity: Entity) -> bool:
    return entity.media_type in ("text/html", "text/x-amp-html")


def _choose(entities: list[Entity], read: BodyText) -> str:
    plain = "\n\n".join(filter(str.strip, (_leaf_text(entity, read) for entity in entities if not _is_html(entity))))
    rich = "\n\n".join(filter(str.strip, (_leaf_text(entity, read) for entity in entities if _is_html(entity))))
    if not plain.strip() or not rich.strip():
        return plain if plain.strip() else rich
    plain_tokens = _tokens(plain)
    novel = _words(_tokens(rich) - plain_tokens)
    if not novel:
        return plain
    plain_words = _words(plain_tokens)
    novel -= plain_words
    if not novel:
        return plain
    if len(novel) > max(10, 2 * len(plain_words)):
        read.alternatives.append(plain)
        return rich
    read.alternatives.append(rich)
    return plain


def _tokens(text: str) -> set[str]:
    return set(text.lower().split())


def _words(tokens: set[str]) -> set[str]:
    """The words in these tokens; links apart, which only one of two forms spells out."""
    bare = (token.strip(_PUNCTUATION) for token in tokens if "://" not in token and "@" not in token)
    return {word for word in bare if len(word) > 1}


def _leaf_text(entity: Entity, read: BodyText) -> str:
    content = entity.content()
    if content.defect:
        read.problems.append(content.defect)
    data = content.data
    blocks = uuencoded_blocks(data)
    if len(blocks) > MOST_UUENCODED:
        read.problems.append(f"more than {MOST_UUENCODED} uuencoded files")
    for name, start, stop in reversed(blocks[:MOST_UUENCODED]):
        # The file inside is read as an attachment; its letters are no words.
        read.files.append((name, Transferred(data[start:stop], "uuencoded")))
        data = data[:start] + data[stop:]
    if b"=ybegin " in data:
        read.problems.append("yEnc file in the text")
    if is_binary(data):
        read.problems.append("binary under a text name")
        data = between_controls(data)
    decoded = decode_text(data, entity.parameters.get("charset"))
    if decoded.guess is not None:
        read.guesses.append(decoded.guess)
    if decoded.damaged:
        read.problems.append("text in an unknown character set")
    text = decoded.text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\x00", "")
    if "-----BEGIN PGP MESSAGE-----" in text:
        read.problems.append("PGP message")
    return _html_text(read_html(text), read) if _is_html(entity) else text


def _html_text(page: HtmlText, read: BodyText) -> str:
    read.images.extend(page.images)
    read.cut = read.cut or page.cut
    if page.embedded:
        read.problems.append("image without text")
    if page.hidden.strip():
        read.hidden.append(page.hidden)
    return page.text
