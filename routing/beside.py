"""What the scan found in a contact beside the matter that it is told to be about.

A repeat of an old matter may be filed unanswered only where nothing else stands in it (Staffordshire 5.2, Wealden
L104, Stoke 5.2.2). The verdict weighs the whole text; a single sentence of danger or of a crime may not tip it.
"""

from __future__ import annotations

from models.contact import NOT_NEW_TEXT
from models.finding import Evidence, Label
from models.scan import MatterVerdict
from routing.case import Case


def concerns_beside(case: Case) -> tuple[Label, ...]:
    """The concerns seen in new text, in a sentence that says nothing of the matter. () where there is no verdict.

    A concern without evidence is one of them: nobody can say that it is of the matter.
    """
    matter = case.matter
    if matter is None:
        return ()
    return tuple(
        finding.label
        for finding in case.scan.findings
        if finding.is_concern
        and (not finding.evidence or any(_is_beside(evidence, matter) for evidence in finding.evidence))
    )


def _is_beside(evidence: Evidence, matter: MatterVerdict) -> bool:
    return evidence.part not in NOT_NEW_TEXT and not any(
        not passage.apart
        and passage.part == evidence.part
        and passage.matter == matter.nearest
        and passage.start < evidence.end
        and evidence.start < passage.end
        for passage in matter.passages
    )
