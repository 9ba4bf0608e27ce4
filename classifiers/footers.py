"""Footers that organisations put under every email: disclaimers, and what rights people have, in words of their own.

They name the Freedom of Information Act, privacy notices and complaints, and ask for nothing. Whoever asks speaks of
themselves or gives an order, so a sentence with "I", "me" or "my" is its writer's own, wherever it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import re2

from classifiers.patterns import ascii_options

_MESSAGE = r"(?:e-?mails?|messages?|communications?|transmissions?|correspondence)"
_INFORMATION = (
    r"(?:e-?mails?|messages?|communications?|transmissions?|correspondence|information|contents?|documents?|records?|"
    r"repl(?:y|ies)|responses?|data|attachments?)"
)
_LAWS = (
    r"(?:freedom of information|foi(?:s?a)?\b|environmental information|eir\b|data protection|gdpr|information rights|"
    r"access to information|public access|disclosure|monitoring)"
)
_NEAR = r"[^.!?]{0,120}"
_HOLDS = (
    r"(?:process(?:es|ing)?|collect(?:s|ing)?|uses?|using|holds?|stor(?:es?|ing)|handles?|looks? after|manages?|"
    r"keeps?|shares?|takes?|treats?|respects?|protect(?:s|ing)?)"
)
_NOTICE = r"(?:notices?|polic(?:y|ies)|statements?|information|pages?|procedures?|process|leaflet|team|officer)"
_PHRASES = (
    # Confidential, and not for you.
    rf"(?:this|the|these|our|any) (?:[a-z]+ ){{0,3}}{_MESSAGE}\b{_NEAR}\b(?:confidential|privileged|addressee|"
    r"intended (?:only |solely )?for)",
    r"(?:intended|named|unintended) (?:recipient|addressee)s?",
    rf"you (?:have )?(?:receive|received|get|got) (?:this|it|(?:the|our) {_MESSAGE})\b[^.!?]{{0,40}}\b(?:in error|"
    r"by mistake)",
    rf"(?:not|no) (?:[a-z]+,? ){{0,8}}(?:disclose|copy|distribut[a-z]+|forward|disseminat[a-z]+|reproduc[a-z]+)"
    rf"\b{_NEAR}\b(?:(?:this|the|these) {_MESSAGE}|its contents?)",
    rf"this {_MESSAGE}{_NEAR}\b(?:confidential|privileged|virus|copyright|scanned|disclaimer)",
    r"(?:legally|legal professional) privileged?",
    r"confidentiality (?:of this|notice|cannot be guaranteed)",
    rf"(?:views|opinions)\b{_NEAR}\b(?:of the (?:author|sender|individual)|not necessarily)",
    r"(?:consider|think of) the environment|save paper|before (?:printing|you print)",
    rf"{_MESSAGE}(?: [a-z/,]+){{0,14}} (?:may|will|are automatically)(?: [a-z]+)? (?:be )?(?:monitored|recorded|"
    r"intercepted|scanned)",
    r"reserves? the right to (?:monitor|record|intercept)",
    r"unless the information is (?:legally )?exempt",
    r"nhs ?mail|secure e-?mail (?:service|system)|carries a disclaimer|disclaimer[^.!?]{0,60}may be read",
    # What may become of what you write to us.
    rf"{_INFORMATION}\b{_NEAR}\b(?:may|might|could|can|will|would|is|are)(?: [a-z]+)? (?:(?:have to|need to) )?(?:be )?"
    rf"(?:subject to|disclosed|disclosable|released|made (?:public|available)|liable to){_NEAR}"
    rf"(?:{_LAWS}|on request|in response to|to the public|third part(?:y|ies))",
    rf"(?:under|terms of|purposes of) the {_LAWS}{_NEAR}{_INFORMATION}\b{_NEAR}\b(?:may|might|could|can|will)"
    r"(?: [a-z]+)? be (?:disclosed|released|made (?:public|available)|accessible|open)",
    rf"(?:we are|(?:council|trust|office|organisation|force|authority|university|school|board) is) (?:also )?"
    rf"subject to the (?:provisions of the )?{_LAWS}",
    # What we do with your data.
    r"(?:our(?: [a-z-]+)?|full|updated|relevant|website|the (?:council|trust|force|company|office|commissioner|firm|"
    r"practice|police)(?:'?s)?) (?:full )?(?:privacy|data protection|fair processing|cookies?|complaints?|feedback) "
    rf"{_NOTICE}",
    r"(?:privacy notice|privacy policy|fair processing notice|privacy statement)[^.!?]{0,60}(?:website|www|http|found|"
    r"available|for how|explains?|sets? out)",
    r"(?:see|read|view) (?:our|the) (?:privacy|fair processing)",
    rf"we (?:(?:will|may|only|do|also|shall|must|are|committed to) )*{_HOLDS} (?:[a-z]+ ){{0,3}}?(?:personal (?:data|"
    r"information|details)|your (?:data|information|details|privacy)|privacy)",
    rf"{_HOLDS} (?:[a-z]+ ){{0,4}}?(?:personal|special category|customer) (?:data|information|details)"
    r"(?: [a-z]+){0,6} (?:in accordance|in line|in compliance|as required by|under the (?:uk|data|general))",
    r"(?:personal|your) (?:data|information|details) (?:[a-z]+ ){0,5}(?:is|are|will be|may be) (?:[a-z]+ )?(?:"
    r"processed|held|stored|used|handled|treated|protected|kept|collected|shared)(?: [a-z]+){0,3} (?:in accordance|"
    r"to (?:deal|respond|answer|help|provide)|"
    r"in line|under|by us|securely|confidentially|lawfully|with care|for the purposes?|only)",
    rf"how (?:we|the [a-z]+|this [a-z]+|[a-z]+ council) (?:may )?{_HOLDS} (?:your|(?:any |the )?personal|"
    r"(?:any |the )?information you)",
    r"(?:what|which|any) (?:personal )?(?:data|information) (?:that )?(?:we|the [a-z]+) (?:may )?holds? (?:about|on) "
    r"you\b",
    r"your (?:[a-z]+ )?rights(?: under| in relation| and how|,| to|$|\W)",
    r"registered data controller|data controller for|registered with the information commissioner|"
    r"data protection registration",
    # How to ask and complain, told to whoever reads it.
    r"if you (?:would |do )?(?:wish|want|like|need|require|are|remain|have|feel|think)(?: not)?(?: to)? "
    r"(?:[a-z]+ ){0,5}?(?:complain|complaints?|concerns?|request|subject access|foi|unhappy|dissatisfied|exercise|"
    r"feedback|alternative|different format|another (?:format|language)|large print|braille|easy read|interpreter|"
    r"unsubscribe|compliment)",
    r"you (?:also |may |can |do )*(?:have|has) (?:(?:the|a|certain|various) )?rights?",
    r"you (?:may be|are|will be) (?:also )?entitled to (?:ask|request|see|receive|complain|access)",
    r"you (?:can|may) (?:also )?(?:complain|request|ask|object|refer|opt out|unsubscribe|withdraw|exercise|make a)",
    r"(?:find out more|(?:more|further|full) (?:information|details|guidance))(?: [a-z]+){0,4} (?:about|on|of|for) "
    r"(?:how (?:to|we)|your (?:data|rights?|information|personal)|making a|what (?:we|data|information))",
    r"(?:how )?to (?:make|submit|log|lodge|raise) an? [^.!?]{0,60}(?:visit|see our|go to|click|contact|website|"
    r"www|https?:|\be-?mail [a-z.]+@|write to|please (?:e-?mail|call|ring|use))",
    r"(?:requests?|complaints?|compliments|comments|enquiries)\b[^.!?]{0,80}\b(?:should|can|may|must) be (?:sent|made|"
    r"addressed|submitted|e-?mailed|directed) (?:to|by|in|via|using|at)",
    r"we (?:will|can|are able to|are happy to) (?:make|arrange|provide|offer) [^.!?]{0,40}(?:adjustments?|"
    r"interpreters?|formats?|translations?)|will make reasonable adjustments",
    r"(?:visit|see|see also|on|at|from|via) our (?:web ?site|web ?pages?|home ?page|intranet)",
    r"(?:information commissioner(?:'?s office)?|\bico\b)[^.!?]{0,40}(?:www|https?:|helpline|wycliffe)",
    r"(?:to|can|may) (?:unsubscribe|opt out)|unsubscribe (?:from|here|at any time|link|by)|to stop receiving",
    r"(?:available|provided|supplied|translated|published|this (?:document|information|letter|e-?mail))\b[^.!?]{0,60}"
    r"\bin(?:to)? (?:other|alternative|different|accessible|another) (?:accessible )?(?:formats?|languages?)",
    r"can (?:also )?be (?:made available|provided|supplied) in|(?:is|are) (?:also )?available (?:on request )?in ",
    # Who we are.
    r"registered (?:office|charity|company|address|in (?:england|scotland|wales))|company (?:no|number|registration)|"
    r"charity (?:no|number)|vat (?:reg|no|number)",
    r"authorised and regulated by|regulated by the (?:solicitors|law society|financial conduct)|sra (?:no|number|id)|"
    r"service (?:of [a-z]+ )?by e-?mail|list of (?:the )?(?:partners|members|directors)",
)
_OWN_WORDS = rb"(?:^|[^a-z0-9(])(?:i|me|my|mine|myself|i'?(?:m|ve|d|ll))(?:[^a-z0-9)']|$)"
_MOBILE = re2.compile(rb"sent from my [a-z]+", ascii_options())
_LISTS = (
    rb"(?:the |an? )?(?:total )?(?:numbers?|names?|costs?|totals?|lists?|breakdown|cop(?:y|ies)|figures|spend[a-z]*|"
    rb"minutes|e-?mails|records|reports|recordings?) (?:of|on|about|for|between|from)\b"
)
_ORDERS = (
    rb"^\W*(?:(?:send|provide|supply|give|show) us\b|" + _LISTS + rb")|"
    rb"\b(?:send|provide|supply|give|show|forward|disclose|release|confirm|state|list|delete|erase|correct) (?:the|"
    rb"all|any|every|each|an?|cop(?:y|ies)|details|how|which|what|whether|when|if|him|her|them)\b|"
    rb"\b(?:please|pls|kindly)\W+(?:send|provide|supply|disclose|release|confirm|state|list|give|treat|regard)\b|"
    rb"\bwe(?:'d| (?:would|want|wish|need|require|request|ask|demand|object|complain))\b|"
    rb"\b(?:could|can|would) (?:you|it|this|that|they|letters?|everything)\b|\?\W*$"
)
_QUESTIONS = (
    rb"^\W*(?:(?:and|also|then|ps|nb)\W+)*(?:how (?:many|much|often|long)|what|which|when|who|why|where|"
    rb"all|(?:the )?(?:details|data|information) (?:of|on|about|for|from))\b"
)
_OTHERS = (
    rb"intended recipient|if you (?:have )?(?:received?|get|got) [a-z -]{0,20}(?:in error|by mistake)|"
    rb"if you are not (?:that|the|this) (?:named |right |correct )?(?:person|individual|organisation|addressee|one)|"
    rb"if (?:this|it) (?:was|is) not (?:meant|intended) for you"
)
"""Said to strangers, so that "please tell me and delete it" is part of the footer."""


def _written(phrase: str) -> bytes:
    return rf"\b(?:{phrase})".replace(" ", " +").encode()


class _Phrases:
    """Some phrases, of which is told at one look which may stand in a text.

    That look has gaps of any length: a matcher that counts them has thousands of states, and takes twenty times as
    long. Each that may be there is then looked for exactly.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self._each = [re2.compile(_written(phrase), ascii_options()) for phrase in phrases]
        self._any = re2.Set.SearchSet(ascii_options())
        for phrase in phrases:
            self._any.Add(re.sub(rb"\{0,[0-9]+\}", b"*", _written(phrase)))
        self._any.Compile()

    def may_be_in(self, text: bytes) -> bool:
        """Whether one of them may be there; in lower-case ASCII on one line."""
        return bool(self._any.Match(text))

    def found_in(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Where they are."""
        for number in self._any.Match(text) or ():
            yield from (match.span() for match in self._each[number].finditer(text))


# In parts, for a matcher that may be within the gap of any of many has as many states as there are sets of them.
_GAPPED = [phrase for phrase in _PHRASES if "[^" in phrase]
_SAID = tuple(map(_Phrases, (_GAPPED[::2], _GAPPED[1::2], [phrase for phrase in _PHRASES if phrase not in _GAPPED])))
_OWN = re2.compile(_OWN_WORDS + rb"|" + _ORDERS, ascii_options())
_GOES_ON = re2.compile(_OWN_WORDS + rb"|" + _ORDERS + rb"|" + _QUESTIONS, ascii_options())
_TO_STRANGERS = re2.compile(_OTHERS, ascii_options())
_BLANK_LINE = re.compile(rb"\n[ \t\r>*_=-]*(?=\n)")
_STOP = re.compile(rb"[.!?](?=\s)")


class _Places:
    """Places `[first, last)` of a text, any of which may lie within another: there can be as many as words."""

    def __init__(self, found: Iterable[tuple[int, int]]) -> None:
        places = sorted(found)
        self._firsts = [first for first, _ in places]
        self._furthest = list(accumulate((last for _, last in places), max))

    def __bool__(self) -> bool:
        return bool(self._firsts)

    def reach_into(self, start: int, end: int) -> bool:
        """Whether one of them has a part in `[start, end)`."""
        before = bisect_left(self._firsts, end)
        return before > 0 and self._furthest[before - 1] > start


def footers(text: bytes, spans: Sequence[tuple[int, int]]) -> list[bool]:
    """For each sentence `[start, end)` of a part whether it belongs to a footer. `text`: as `to_ascii` reads it.

    A sentence does that says what only footers say, and what follows it in its paragraph, until somebody speaks of
    themselves or asks.
    """
    found = [False] * len(spans)
    # One look at the whole is cheaper than one at each paragraph, and in most mail there is nothing more to look at.
    flat = _flat(text)
    if not any(some.may_be_in(flat) for some in _SAID):
        return found
    starts = [start for start, _ in spans]
    for begin, end in _paragraphs(text):
        paragraph = flat[begin:end]
        hits = _Places((begin + first, begin + last) for first, last in _said(paragraph))
        if not hits:
            continue
        goes_on = False
        for index in range(bisect_left(starts, begin), len(spans)):
            start, stop = spans[index]
            if start >= end:
                break
            said = hits.reach_into(start, stop)
            goes_on = said or (goes_on and not _is_a_writers(paragraph[start - begin : stop - begin]))
            found[index] = goes_on
    return found


def is_own(sentence: bytes) -> bool:
    """Whether a sentence speaks of its writer or asks: nobody's footer, though it stand among the details below one."""
    return _GOES_ON.search(sentence.lower()) is not None


def _is_a_writers(sentence: bytes) -> bool:
    """Whether a sentence in a footer speaks of its writer or asks, and not to strangers alone."""
    return _GOES_ON.search(sentence) is not None and _TO_STRANGERS.search(sentence) is None


def opens_footer(paragraph: str) -> bool:
    """Whether a paragraph begins with what only footers say."""
    flat = paragraph.encode("ascii", "replace").lower()
    first, _ = next(_said(flat), (None, None))
    return first is not None and _STOP.search(flat, 0, first) is None


def _paragraphs(text: bytes) -> Iterator[tuple[int, int]]:
    """Where what stands between blank lines begins and ends."""
    begin = 0
    for match in _BLANK_LINE.finditer(text):
        yield begin, match.start()
        begin = match.end()
    yield begin, len(text)


def _flat(paragraph: bytes) -> bytes:
    """In small letters and on one line, each at its place."""
    return paragraph.lower().replace(b"\n", b" ").replace(b"\r", b" ")


def _said(paragraph: bytes) -> Iterator[tuple[int, int]]:
    """What only footers say, where the sentence around it is nobody's own; in order."""
    found = sorted(place for some in _SAID for place in some.found_in(paragraph))
    stops = [match.end() for match in _STOP.finditer(paragraph)] if found else []
    own: dict[int, bool] = {}
    for first, last in found:
        sentence = bisect_right(stops, first)
        if sentence not in own:
            begin, end = (stops[at] if 0 <= at < len(stops) else None for at in (sentence - 1, sentence))
            around = _MOBILE.sub(b"", paragraph[begin:end])
            own[sentence] = _OWN.search(around) is not None and _TO_STRANGERS.search(around) is None
        if not own[sentence]:
            yield first, last
