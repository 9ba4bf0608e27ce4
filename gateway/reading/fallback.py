"""What is said of a message that no child survived."""

from __future__ import annotations

import contextlib

from gateway.reading.email import read_email, unread_contact
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.record import unread_record
from gateway.reading.thoroughness import Thoroughness
from gateway.unscanned import NOT_SCANNED
from models.scan import ScanResult, ScanStatus
from routing.identity.claims import claims_of


def fallback_reading(job: ReadingJob) -> Reading:
    """What is known of a message that no child survived: its headers, and that nobody has scanned it."""
    detail = "the reader failed on every try"
    if job.is_record:
        contact = unread_record(job.raw, contact_id=job.contact_id, received_at=job.envelope.received_at, detail=detail)
    else:
        contact = unread_contact(b"", contact_id=job.contact_id, envelope=job.envelope, detail=detail)
        with contextlib.suppress(Exception):
            contact = read_email(
                job.raw,
                contact_id=job.contact_id,
                envelope=job.envelope,
                domains=job.domains,
                trusted_authserv=job.trusted_authserv,
                thoroughness=Thoroughness.HEADERS,
            )
    unscanned = ScanResult(findings=(NOT_SCANNED,), status=ScanStatus(complete=False))
    return Reading(contact, contact.model_dump_json().encode(), unscanned, claims_of(contact))
