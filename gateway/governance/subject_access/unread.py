"""The words of a message whose triage is not done. Pure.

It waits for its turn or has failed, perhaps because it was made to break a reader: of it are read its headers and what
is text, HTML as it is written, and no other format, as is done with a message that no child survived.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.reading.charsets import decode_text, is_binary
from gateway.reading.email import read_email
from gateway.reading.jobs import ReadingJob
from gateway.reading.mime import Entity, parse_message
from gateway.reading.record import ContactFileError, read_record, unread_record
from gateway.reading.thoroughness import Thoroughness
from models.contact import Contact, Part
from models.envelope import Envelope


def read_for_words(id_: str, envelope: Envelope, raw: bytes) -> Contact:
    """The message as far as it can be read so."""
    if ReadingJob(id_, envelope, raw).is_record:
        try:
            return read_record(raw, contact_id=id_, received_at=envelope.received_at)
        except ContactFileError as error:
            return unread_record(raw, contact_id=id_, received_at=envelope.received_at, detail=str(error))
    head = read_email(
        raw, contact_id=id_, envelope=envelope, domains=(), trusted_authserv=(), thoroughness=Thoroughness.HEADERS
    )
    texts = [text for text in _texts(parse_message(raw)) if text.strip()]
    parts = tuple(Part(name=f"text:{number}", text=text) for number, text in enumerate(texts, start=1))
    return head.model_copy(update={"parts": (*head.parts, *parts)})


def _texts(entity: Entity) -> Iterator[str]:
    for child in entity.children:
        yield from _texts(child)
    if not entity.children and entity.media_type.startswith("text/"):
        data = entity.content().data
        if not is_binary(data):
            yield decode_text(data, entity.parameters.get("charset")).text.replace("\x00", "")
