"""An email: bytes to `Contact`. Whatever the bytes, there is a contact, and what was not read is said."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.reading.attachments import Form, form_of, read_attachment, words_in
from gateway.reading.authentication import TrustedHosts
from gateway.reading.bodies import BodyText, Leaf, Tree, flatten, is_body_leaf, read_bodies
from gateway.reading.charsets import decode_text
from gateway.reading.digest import text_digest
from gateway.reading.direction import direction_of
from gateway.reading.facts import read_facts
from gateway.reading.headers import read_words
from gateway.reading.images import is_furniture
from gateway.reading.invisible import as_seen
from gateway.reading.limits import DEFAULT_LIMITS, ReadingLimits
from gateway.reading.mime import Entity, parse_message
from gateway.reading.quotes import SplitText, quoted_authors, split_text
from gateway.reading.thoroughness import Thoroughness
from gateway.reading.transfer import decode_uuencoded
from models.contact import Channel, Contact, Part, PartProblem, PartProblemKind, Sender
from models.envelope import Envelope

_CONTROLS = dict.fromkeys([*range(32), 127, *range(0x80, 0xA0)], " ")
_OVER_LIMIT = frozenset({"header over the limit", "nesting over the limit", "more parts than the limit"})
_HEADER_BYTES = 262_144
_SHORT_BYTES = 65_536
"""Of a plain-text file that is read although the message cost a reader its life."""


@dataclass(slots=True)
class _Reading:
    """What has been gathered so far of one message."""

    limits: ReadingLimits
    thoroughness: Thoroughness
    parts: list[Part] = field(default_factory=list)
    problems: list[PartProblem] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    room: int = 0
    opened: int = 0

    def problem(self, part: str, kind: PartProblemKind, detail: str) -> None:
        problem = PartProblem(part=part, kind=kind, detail=detail)
        if problem not in self.problems:
            self.problems.append(problem)

    def text(self, name: str, text: str, speaker: str | None = None) -> None:
        """Keep a part's text as the eye reads it; beyond the limit it is cut, and said."""
        seen = as_seen(text)
        if seen.hidden:
            self.hidden.append(seen.hidden)
        self.keep(name, seen.text, speaker)

    def keep(self, name: str, text: str, speaker: str | None = None) -> None:
        """Keep a text that is as the eye reads it."""
        if not text or text.isspace():
            return
        if len(text) > self.room:
            self.problem(name, PartProblemKind.INCOMPLETE, "text over the limit")
        kept = text[: self.room]
        self.room -= len(kept)
        if kept:
            self.parts.append(Part(name=name, text=kept, speaker=speaker))

    def attachment_name(self, name: str) -> str:
        """`attachment:NAME`, made unique with a number."""
        plain = " ".join(name.translate(_CONTROLS).split())[:150] or "unnamed"
        unique, number = f"attachment:{plain}", 1
        while unique in self.names:
            number += 1
            unique = f"attachment:{plain} ({number})"
        self.names.add(unique)
        return unique

    def file_name(self, name: str | None) -> None:
        """The words of a file's name, as a part of its own beside the file's text."""
        if (words := words_in(name)) and words not in self.named:
            self.named.add(words)
            self.text(self.attachment_name(f"{name} (name)"), words)


def read_email(
    raw: bytes,
    *,
    contact_id: str,
    envelope: Envelope,
    domains: Sequence[str],
    trusted_authserv: Sequence[str] | None,
    thoroughness: Thoroughness = Thoroughness.FULL,
    limits: ReadingLimits = DEFAULT_LIMITS,
) -> Contact:
    """Read one message. Never raises, whatever the bytes.

    `trusted_authserv`: hosts whose Authentication-Results count; None = any host at or under `domains` (the default
    of `check`); empty = nobody. `received_at` is the envelope's.
    """
    trusted = TrustedHosts.of(trusted_authserv, domains)
    try:
        return _read(raw, contact_id, envelope, trusted, TrustedHosts.of(None, domains), thoroughness, limits)
    except Exception as error:  # no message may be lost to a fault of ours: it comes back as a problem that people see
        return unread_contact(
            raw, contact_id=contact_id, envelope=envelope, detail=f"reader failed: {type(error).__name__}"
        )


def unread_contact(raw: bytes, *, contact_id: str, envelope: Envelope, detail: str) -> Contact:
    """The contact of a message that could not be read: its raw text, if it is text, and `scan_incomplete`."""
    text = decode_text(raw[:_HEADER_BYTES]).text.replace("\x00", "")
    return Contact(
        id=contact_id,
        channel=Channel.EMAIL,
        received_at=envelope.received_at,
        sender=Sender(identifier=envelope.mail_from or None),
        recipients=tuple(dict.fromkeys(address.strip("<> ").lower() for address in envelope.rcpt_to)),
        parts=(Part(name="body", text=text),) if text.strip() else (),
        problems=(PartProblem(part="body", kind=PartProblemKind.INCOMPLETE, detail=detail),),
    )


def _read(
    raw: bytes,
    contact_id: str,
    envelope: Envelope,
    trusted: TrustedHosts,
    domains: TrustedHosts,
    thoroughness: Thoroughness,
    limits: ReadingLimits,
) -> Contact:
    reading = _Reading(limits, thoroughness, room=limits.text_characters)
    headers_only = thoroughness is Thoroughness.HEADERS
    root = parse_message(raw[:_HEADER_BYTES] if headers_only else raw, limits)
    report_type = root.parameters.get("report-type", "").lower() if root.media_type == "multipart/report" else None
    facts, sender, recipients = read_facts(root.headers, envelope, trusted, report_type)
    subject = None
    if subjects := _subjects(reading, root, "subject"):
        subject = as_seen(" ".join(subjects[0].split())).text
        # A reader shows one subject; a second one is words all the same.
        reading.text("subject", "\n".join(dict.fromkeys(subjects)))
    split = SplitText("")
    if headers_only:
        reading.problem("body", PartProblemKind.INCOMPLETE, "only the headers were read")
    else:
        tree = flatten(root)
        split = _read_tree(reading, tree, sender.name, domains)
        forwarded = facts.forwarded or split.forwarded or (bool(tree.messages) and report_type is None)
        if forwarded != facts.forwarded:
            facts = facts.model_copy(update={"forwarded": forwarded})
    if reading.hidden:
        reading.text("hidden", "\n\n".join(reading.hidden))
    body = next((part.text for part in reading.parts if part.name == "body"), "")
    return Contact(
        id=contact_id,
        channel=Channel.EMAIL,
        direction=direction_of(root.headers.fields, sender=sender.identifier, envelope=envelope, ours=domains),
        received_at=envelope.received_at,
        sender=sender,
        recipients=recipients,
        subject=subject,
        parts=tuple(reading.parts),
        problems=tuple(reading.problems),
        body_digest=text_digest(body),
        email=facts,
        charset_guesses=tuple(dict.fromkeys((*root.headers.guesses, *reading.guesses))),
    )


def _subjects(reading: _Reading, root: Entity, part: str) -> list[str]:
    """The subjects of a message, top first; that one holds what cannot be decoded is noted of `part`."""
    subjects = [read_words(value) for value in root.headers.every("subject")]
    if not all(subject.sound for subject in subjects):
        reading.problem(part, PartProblemKind.UNREADABLE, "damaged encoded words")
    return [subject.text for subject in subjects]


def _read_tree(reading: _Reading, tree: Tree, sender_name: str | None, domains: TrustedHosts) -> SplitText:
    """Read the message's own text, then its files, then the messages attached to it."""
    read, files = _read_bodies(reading, tree, "body")
    seen = as_seen(read.text)
    split = split_text(seen.text, sender_name)
    reading.hidden.extend((*read.hidden, *tree.outside, *filter(None, [seen.hidden])))
    reading.keep("body", split.body)
    reading.keep("quoted", split.quoted, speaker="staff" if _is_ours(split.quoted, domains) else None)
    reading.keep("signature", split.signature)
    for other in map(as_seen, read.alternatives):  # no file: whoever reads the one form does not see the other
        reading.hidden.extend(filter(None, [other.text, other.hidden]))
    has_text = any(stretch and not stretch.isspace() for stretch in (split.body, split.quoted, split.signature))
    if read.images and not has_text:
        reading.problem("body", PartProblemKind.UNREADABLE, "image without text")
    shown = _shown(read)
    for leaf in files:
        _read_file(reading, leaf, shown, has_text)
    for name, block in read.files:
        content = decode_uuencoded(block.data)
        _read_content(reading, reading.attachment_name(name), content.data, "application/octet-stream", name, None)
        if content.defect:
            reading.problem(f"attachment:{name}", PartProblemKind.UNREADABLE, content.defect)
    for message in tree.messages:
        _read_attached_message(reading, message.children[0], message.filename)
    return split


def _is_ours(quoted: str, domains: TrustedHosts) -> bool:
    """Whether every quoted message says that it came from one of our addresses: then these are staff's words."""
    authors = quoted_authors(quoted) if quoted else ()
    return bool(authors) and all(author.rpartition("@")[2] in domains for author in authors)


def _read_bodies(reading: _Reading, tree: Tree, part: str) -> tuple[BodyText, list[Leaf]]:
    """The text of a message's bodies, what is wrong with them noted of `part`; and its other leaves."""
    for defect in tree.defects:
        kind = PartProblemKind.INCOMPLETE if defect in _OVER_LIMIT else PartProblemKind.UNREADABLE
        reading.problem(part, kind, defect)
    if tree.encrypted:
        reading.problem(part, PartProblemKind.UNREADABLE, "encrypted message")
    bodies, files = _sort(tree.leaves)
    read = read_bodies(bodies)
    for detail in read.problems:
        reading.problem(part, PartProblemKind.UNREADABLE, detail)
    if read.cut:
        reading.problem(part, PartProblemKind.INCOMPLETE, "HTML over the limit")
    reading.guesses.extend(read.guesses)
    return read, files


def _shown(read: BodyText) -> set[str]:
    """The ids of the parts that its HTML shows as pictures."""
    return {image[4:].strip("<>") for image in read.images if image[:4].lower() == "cid:"}


def _sort(leaves: list[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
    bodies: list[Leaf] = []
    files: list[Leaf] = []
    for leaf in leaves:
        (bodies if is_body_leaf(leaf, first=not bodies) else files).append(leaf)
    return bodies, files


def _file_name(reading: _Reading, entity: Entity) -> str:
    reading.opened += 1
    if entity.filename:
        return entity.filename
    return f"part-{reading.opened}{mimetypes.guess_extension(entity.media_type) or ''}"


def _read_file(reading: _Reading, leaf: Leaf, shown: set[str], has_text: bool) -> None:
    entity = leaf.entity
    name = _file_name(reading, entity)
    part = reading.attachment_name(name)
    reading.file_name(entity.filename)
    content = entity.content()
    if content.defect:
        reading.problem(part, PartProblemKind.UNREADABLE, content.defect)
    form = form_of(content.data, entity.media_type, name)
    if form is Form.IMAGE:
        inline = entity.content_id in shown or (
            entity.disposition != "attachment"
            and (leaf.related or bool(entity.content_id) or entity.disposition == "inline")
        )
        if not has_text or not is_furniture(content.data, inline=inline, name=entity.filename):
            reading.problem(part, PartProblemKind.UNREADABLE, "image without text")
        return
    if form is Form.MESSAGE:
        _read_attached_message(reading, parse_message(content.data, reading.limits), name, part)
        return
    if entity.media_type in ("message/partial", "message/external-body"):
        reading.problem(part, PartProblemKind.UNREADABLE, "content that is elsewhere")
        return
    _read_content(reading, part, content.data, entity.media_type, name, entity.parameters.get("charset"))


def _read_content(reading: _Reading, part: str, data: bytes, media_type: str, name: str, charset: str | None) -> None:
    """Read one file's bytes into parts; files in an archive become parts of their own."""
    if reading.thoroughness is not Thoroughness.FULL:
        form = form_of(data, media_type, name)
        if not data.strip() or form is Form.SIGNATURE:
            return
        is_short = form is Form.TEXT and len(data) <= _SHORT_BYTES
        if not is_short or reading.thoroughness is not Thoroughness.PLAIN:
            reading.problem(part, PartProblemKind.INCOMPLETE, "attachment left unread")
            return
    try:
        read = read_attachment(data, media_type, name, charset, reading.limits)
    except Exception as error:  # parsers of foreign formats fail in ways nobody lists; the rest must still be read
        reading.problem(part, PartProblemKind.UNREADABLE, f"attachment reader failed: {type(error).__name__}")
        return
    inner_names: dict[str, str] = {}
    for inner, text in read.texts:
        target = part if not inner else reading.attachment_name(f"{name}/{inner}")
        inner_names.setdefault(inner, target)
        reading.file_name(inner)
        reading.text(target, text)
    for inner, kind, detail in read.problems:
        target = inner_names.get(inner, part if not inner else f"attachment:{name}/{inner}")
        reading.problem(target, kind, detail)
    reading.hidden.extend(read.hidden)
    reading.guesses.extend(read.guesses)


def _read_attached_message(reading: _Reading, root: Entity, name: str | None, part: str | None = None) -> None:
    """An attached message: subject and whole text as one part, its own files as further parts."""
    reading.opened += 1
    reading.file_name(name)
    part = part or reading.attachment_name(name or f"message-{reading.opened}.eml")
    tree = flatten(root)
    reading.guesses.extend(root.headers.guesses)
    read, files = _read_bodies(reading, tree, part)
    reading.hidden.extend((*read.hidden, *tree.outside))
    reading.text(part, "\n\n".join(filter(str.strip, (*_subjects(reading, root, part), read.text, *read.alternatives))))
    has_text = bool(read.text.strip())
    shown = _shown(read)
    if read.images and not has_text:
        reading.problem(part, PartProblemKind.UNREADABLE, "image without text")
    for leaf in files:
        _read_file(reading, leaf, shown, has_text)
    for message in tree.messages:
        _read_attached_message(reading, message.children[0], message.filename)
