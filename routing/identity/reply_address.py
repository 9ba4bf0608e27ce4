"""Whether a contact says that an answer must not go where it came from, for somebody else would see it.

It weakens no match, for the address may well be the writer's own: a husband reads his wife's mail. Beside a concern it
is a reason to look before anything is sent (CONTRACT §4.3).
"""

from __future__ import annotations

from typing import Final

import re2

from models.contact import NOT_NEW_TEXT, Contact

_SENDS: Final = r"(?:e-?mail|reply|write|answer|message|text|ring|call|phone|respond|contact|send)"
_SOMEBODY: Final = r"(?:he|she|they|dad|mum|mam|my [a-z]{3,16})"
_NOT_HERE: Final = re2.compile(
    # "please dont email back on here", "do not ring me on this number"
    rf"(?i)\b(?:do not|don['’]?t|dnt|never|not to|(?:can|must)(?:no|['’]?)t) (?:please )?{_SENDS}(?: [a-z]+){{0,4}}? "
    r"(?:here|(?:to|on|at|from|via) this (?:e-?mail|address|account|number|phone|one))\b"
    # "dont reply he will see it", "he reads my emails", "she goes through my phone"
    rf"|\b(?:do not|don['’]?t|dnt) (?:please )?{_SENDS}(?: [a-z]+){{0,4}}?,? (?:cos |because |as |or )?{_SOMEBODY}"
    r"(?:['’]?ll| will| might| may| could| can) (?:see|read|find|hear|know)\b"
    rf"|\b{_SOMEBODY} (?:always |often |can |will )?(?:reads?|checks?|sees?|goes through|look(?:s)? (?:at|through)) "
    r"(?:all )?my (?:e-?mails?|phone|messages|texts|account|inbox)\b"
)
_TEXT: Final = 12_000


def is_to_be_kept_from_another(contact: Contact) -> bool:
    """Whether the new text of a contact says so."""
    said = (part.own_text()[:_TEXT] for part in contact.parts if part.name not in NOT_NEW_TEXT)
    return any(_NOT_HERE.search(text) is not None for text in said)
