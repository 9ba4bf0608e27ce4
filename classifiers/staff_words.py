"""Which words of a note tell what staff said or did: no caller asks for anything in them.

"Told complaint closed, calls not accepted": a note leaves its subject out, and what a caller was told has the very
words that callers ask in. They are staff's as long as they turn to nobody else's wish or state: "Explained procedure,
still wants to complain" is the caller's, and so is what somebody else told them ("told by PC Lunn to jog on").
"""

from __future__ import annotations

from typing import Any

import re2

from classifiers.patterns import Pattern
from classifiers.stages import Sentence

_THEM = (
    r"(?:him|her|them|both|clr|callr|caller|tenant|resident|customer|cust|client|mr [a-z'-]+|mrs [a-z'-]+|ms [a-z'-]+)"
)
_ADVISED = (
    r"(?:adv(?:i[sc]ed|'?d)?|expl(?:ained|'?d)?|informed|reminded|signposted|reiterated|referred|directed|pointed out)"
)
_BEFORE = r"(?:(?:have|then|so|again|also|duly|i|we) )*"
_SAID = rf"{_BEFORE}(?:told|{_ADVISED}|(?:confirmed|stressed|repeated|apologised) to {_THEM})"
_SENT = (
    rf"{_BEFORE}(?:sent|e-?mailed|posted|gave|given|handed|read out|quoted|texted)(?: {_THEM})?(?: (?:out|again|over))?"
    r" (?:[a-z0-9'/&-]+ ){0,6}?(?:links?|leaflets?|forms?|letters?|polic(?:y|ies)|procedures?|details|numbers?|address|"
    r"addresses|web ?(?:site|page)|guidance|cop(?:y|ies)|rights|reference|ref|decision|outcome|templates?)"
)
_OF_THE_MATTER = (
    r"(?:that )?(?:the |his |her |their |our |your )?(?:matters?|cases?|files?|complaints?|cmplts?|requests?|reqs?|"
    r"reviews?|appeals?|decisions?|permissions?|refusals?|outcomes?|applications?|investigations?|foi|sar|eir|stage|"
    r"panel|ombudsman|planning|calls|closed|concluded|finished|final|no|nothing|not|nobody|cannot|can'?t|we|we'?re|we'?ve|"
    r"it|it'?s|as before|again|spoc|in writing|by (?:letter|email|post)|to (?:write|e-?mail|put|use|contact|post)|"
    rf"(?:{_THEM}|he|she|they) (?:that )?(?:the|we|it|can|cannot|can'?t|could|may|must|should|has to|have to|"
    r"needs? to))"
)
_BEGINS = Pattern(rf"^\W*(?:{_SAID}|{_SENT})\b".encode())
_GOES_ON = Pattern(
    rf"(?:[;:] *|, (?:so |then |again )?| -+ ?|\. )(?:(?:{_ADVISED}|told) {_OF_THE_MATTER}|{_SENT})\b".encode()
)
"""Behind a comma somebody else may do the telling ("was rude, told me to jog on"): staff tell of a matter or a rule."""

_TO_STAFF = (
    rf"^\W*{_BEFORE}(?:told|{_ADVISED}) (?:(?:that|to|of|it) )*(?:me|us|staff|reception|desk|office|by|myself|twice|"
    r"[0-9]+ ?x|[0-9a-z]+ times|repeatedly|spoc|handler|(?:chief )?insp(?:ector)?|sgt|sergeant|pcs?|pcso|cllr|"
    r"councillor|officer)\b"
)
_BY_ANOTHER = (
    rf"^\W*{_BEFORE}(?:told|{_ADVISED}) [^.!?]*\bby (?:the |your |our |an? |his |her )?(?:officers?|pcs?|pcso|sgt|"
    r"sergeant|constable|police|council|staff|receptionist|warden|doctor|gp|housing|agent|manager|inspector|neighbour|"
    r"bailiffs?)\b"
)
_OF_THEIR_STATE = (
    rf"^\W*{_BEFORE}{_ADVISED} (?:that )?(?:(?:how|why|what)\b|(?:his|her|their) (?:[a-z]+ )?(?:dyslexia|autism|"
    r"hearing|sight|eyes|eyesight|disability|condition|illness|anxiety|stroke|memory|mental|health|carer|adhd|ptsd|"
    r"situation|circumstances|difficult(?:y|ies)|needs?|reasons?|concerns?|side|view|"
    r"complaint (?:about|re|against|of))\b|"
    rf"(?:he|she|they|{_THEM}) (?:is|was|are|were|has|had|have|does|doesn'?t|did|didn'?t|cannot|can'?t|struggles?|"
    r"feels?|felt|lives?|suffers?|never)\b)"
)
_OF_THEIR_WISH = (
    r"\b(?:want(?:s|ed|ing)?|wish(?:es|ed)?|asks|ask(?:ed|ing)|requests|request(?:ed|ing)|demand(?:s|ed|ing)?|"
    r"insist(?:s|ed|ing)?|(?:would|wd|he'?d|she'?d|they'?d) (?:like|prefer)|prefers|intends?|going to|still|anyway|"
    r"regardless|complain(?:s|ed|ing)|un(?:happy|satisfied)|dissatisfied|(?:not|isn'?t|wasn'?t) (?:happy|satisfied|"
    r"content|accepting)|(?:doesn'?t|does not|won'?t|will not|didn'?t|did not|refuse[sd] to|refusing to) "
    r"(?:accept|agree)|disagree[sd]?|disput(?:es|ed|ing)|appealing|says|said|saying|stated?|states|reports|reported|"
    r"replied|responded|claim(?:s|ed)|alleged?s?|swore|needs (?:it|them|this|large|a|an|the|help|more)|but|however|"
    r"although|though|instead|(?:he|she|they|clr|caller)(?:'s| is| was)? (?:then|now|will|rude|angry|upset|abusive))\b"
    # A numbered note goes on to what else there is.
    r"|[ ,.][0-9]\) [a-z]"
)
_TAKEN_AS_ASKED = (
    r"\b(?:please (?:call|ring|log|record|review|arrange|action)|(?:will|would|we'?d|we'?ll|wd) (?:log|register|record|"
    r"reply|respond|answer|be (?:sent|logged|answered))|(?:logg?(?:ed)?|record(?:ed)?|treat(?:ed)?|taken|took|raised?) "
    r"(?:it |this |as )*(?:a |an )?(?:formal )?(?:complaint|foi|sar|eir|info|information|stage|review|appeal)|"
    r"(?:complaint|request|review|appeal|foi|sar|eir) (?:logged|recorded|registered|taken)|"
    r"[,;] (?:a |new |formal )+complaint)\b"
)
_CALLERS = Pattern("|".join((_TO_STAFF, _BY_ANOTHER, _OF_THEIR_STATE, _OF_THEIR_WISH, _TAKEN_AS_ASKED)).encode())

_ON_CONDITION: Any = re2.compile(
    rb"\b(?:if|should|where|unless|in case)(?: (?:he|she|they|clr|caller|still|ever|'?s|is|are|be|remains?|really))* "
    rb"(?:unhappy|dissatisfied|not (?:happy|satisfied|content)|disagrees?|want(?:s|ed)?|wish(?:es|ed)?|disputes|"
    rb"(?:would|wd) like)\b"
)
"""What a caller may wish yet, which staff speak of: "ombudsman if unhappy"."""


def begins(sentence: Sentence) -> int | None:
    """The character of its part from which a sentence of a note is staff's words to its end; None where it is not."""
    if sentence.part != "notes":
        return None
    data = sentence.folded.data
    if _BEGINS.matches(data):
        return None if _is_callers(data) else sentence.start
    at = 0
    while (found := _GOES_ON.span(data[at:])) is not None:
        start = at + found[0]
        if not _is_callers(data[start:]):
            return sentence.start + sentence.folded.source(start, start + 1)[0]
        at += found[1]
    return None


def _is_callers(words: bytes) -> bool:
    return _CALLERS.matches(_ON_CONDITION.sub(b"if so", words))
