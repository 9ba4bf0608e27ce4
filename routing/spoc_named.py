"""Whether a text speaks of the single point of contact: not by name, but as the post they hold or the one who answers.

People seldom call it what the policy calls it: "your contact person", "the woman I have to write to", "whoever reads
the mailbox you told me to use". Read as plain words, by patterns that are linear in the text.
"""

from __future__ import annotations

from typing import Final

import re2

from routing.naming import MOST_PLACES, Said, is_named

_ONE: Final = (
    r"(?:person|people|individual|man|woman|lady|guy|bloke|officer|official|member of staff|colleague|one|manager|name)"
)
_USE: Final = r"(?:use|write|email|e mail|mail|contact|send|reply|ring|call|phone|speak|talk|deal|go|text|message)"
_WE: Final = r"(?:i|we|you|they|the office|the council|the commissioner)"
_IS_TO: Final = (
    r"(?:told|tell|said|say|ordered|gave|given|want|wants|wanted|asked|have|ve|has|am|m|was|is|got|need|were|re|are)"
)
_YOU_TOLD_ME: Final = (
    rf"(?:that |which |who |whom )?{_WE}(?: [a-z]+)?? "
    rf"(?:{_IS_TO}(?: [a-z]+){{0,4}}? to|(?:must|may|can|should|ma[dk]e me|let me|say i (?:must|may|can))) "
    rf"(?:only )?{_USE}"
)
_PLACE: Final = r"(?:mailbox|mail box|inbox|address|email|e mail|mail|account|number|line)"
_READS: Final = (
    r"(?:reads?|answers?|opens?|runs?|monitors?|handles?|manages?|looks? after|sees?|checks?|gets?|receives?|"
    r"deals? with|is behind|sits behind|is at|is on)"
)
_WHOM: Final = "(?:that |who |whom )?"
_POST: Final = re2.compile(
    r"\b(?:spoc|(?:single |sole |only |main |named |first |one |nominated |designated |dedicated |specific )?"
    r"points? of contact|single contact(?: point)?|contact (?:person|officer)|"
    r"(?:named|nominated|designated|dedicated|assigned|allocated|appointed) (?:contact|officer|person)|"
    r"my contact (?:at|has|never|always|keeps|refuses|ignores|hung|hangs|won|will|does|did|is rude|was rude)|"
    r"my (?:liaison|link) (?:officer|person|worker)|"
    rf"{_ONE} (?:only )?{_YOU_TOLD_ME}|{_PLACE} {_YOU_TOLD_ME}|"
    rf"{_ONE} {_WHOM}you (?:have |ve )?(?:assigned|allocated|appointed|given|gave|named|put)(?: to| for)? me|"
    rf"{_ONE} {_WHOM}i (?:ve |have |am |m |was )?(?:been )?(?:restricted|limited|confined) to|"
    rf"{_ONE} (?:at|behind|on) (?:this|that) {_PLACE}|"
    rf"{_ONE} (?:dealing with|handling|reading) my (?:correspondence|e ?mails?|letters?|mail|messages?)|"
    rf"{_ONE} (?:who|that) (?:is |s )?(?:meant|supposed|told|there|paid) to (?:answer|reply|deal|help)|"
    rf"(?:whoever|anyone who|anybody who|those who|{_ONE} (?:who|that)) {_READS} "
    rf"(?:my (?:e ?mails?|letters?|mail|messages?)|(?:the|that|this|your|my)(?: [a-z]+)?? {_PLACE}))\b"
)

_GREETED: Final = re2.compile(
    r"(?im)^[ \t]*(?:dear|hello|hi|hiya|good (?:morning|afternoon|evening)|to|fao|attn|attention|"
    r"for the attention of)\b[^\n,.;!?]{0,80}"
)
"""Whom somebody greets, who was told to write to nobody else, they do not complain of by that."""


def speaks_of_the_post(text: str, spoc_term: str) -> bool:
    """`spoc_term`: what the policy calls it."""
    said = Said(_GREETED.sub("", text), most_places=MOST_PLACES)
    return is_named(spoc_term, said) or _POST.search(" ".join(said.words())) is not None
