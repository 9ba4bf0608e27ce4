"""What stands in the place of findings where a scan did not come to its end: never "clear" (CONTRACT §5)."""

from __future__ import annotations

from models.finding import CATEGORY_OF, Evidence, Finding, Label, Urgency

NOT_SCANNED = Finding(
    category=CATEGORY_OF[Label.SCAN_INCOMPLETE],
    label=Label.SCAN_INCOMPLETE,
    score=1.0,
    threshold=0.5,
    urgency=Urgency.SAME_DAY,
    evidence=(Evidence(part="body", start=0, end=0, quote="", by="scan"),),
)
