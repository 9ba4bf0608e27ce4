"""Signature, contact details, mobile taglines and disclaimers at the end of a stretch of new text.

Where it is not sure, text stays with the body: a signature is scanned too, but weighs less.
"""

from __future__ import annotations

import re2

from classifiers.footers import opens_footer

_DELIMITER = re2.compile(r"^\s{0,3}(?:--|—|__)\s*$")
_DELIMITERS = frozenset({"--", "—", "__"})
_CLOSING = re2.compile(
    r"(?i)^\W{0,3}(?:(?:yours|your's)(?:\s+(?:sincerely|faithfully|truly|etc|in disgust|respectfully))?|"
    r"(?:with\s+)?(?:(?:kind|kindest|best|warm|warmest|many|respectful)\s+)+(?:regards?|wishes|thanks)|regards|"
    r"best|thanks|thank you|many thanks|thanks again|thank you in advance|thanks in advance|cheers|"
    r"sincerely(?:\s+yours)?|respectfully|faithfully|cordially|rgds|br|kr|ta|cofion(?:\s+\w+)?|yn gywir|diolch)"
    r"\s*[,.!]?\s*$"
)
_MOBILE = re2.compile(
    r"(?i)^\W{0,3}(?:sent (?:from|via|using|on) (?:my|the|an?|outlook|yahoo|samsung|mail|proton|bluemail|gmail|aol|"
    r"huawei|android|iphone|ipad|galaxy|mobile|blackberry|three|o2|ee|vodafone)\b.*|"
    r"get outlook for (?:ios|android|mac).*|"
    r"(?:envoyé de mon|von meinem|enviado desde mi)\b.*)\W{0,3}$"
)
_DISCLAIMER = re2.compile(
    r"(?i)^\W{0,6}(?:disclaimer\b|confidentiality\b|confidential\b.*(?:notice|:)|private and confidential\b|"
    r"this (?:e-?mail|message|communication|transmission)(?:\s+and|\s+\(?including|\s+\(?together|,|\s+may|\s+is|\s+"
    r"contains|\s+has)\b.*(?:confidential|intended|privileged|addressed|attach|virus|scanned)|"
    r"the (?:information|contents?) (?:contained )?(?:in|of) this (?:e-?mail|message|communication)\b|"
    r"(?:please )?consider the environment before\b|save paper\b|"
    r"if you (?:are not|have received this)\b.*(?:intended recipient|in error|by mistake)|"
    r"(?:caution|warning|external|\[external\])\W{1,6}(?:this (?:e-?mail|message)|external e-?mail)\b|"
    r"this (?:e-?mail|message) (?:was|has been) (?:sent|scanned|checked)\b)"
)
_RULE = re2.compile(r"^[\s*_=~#.-]{3,}$")
_PHONE = re2.compile(
    r"(?i)(?:^|[\s(|,;:/])(?:t|m|f|w|h|d|p|tel(?:ephone)?|mob(?:ile)?|cell|phone|ph|fax|home|work|office|direct|ddi|"
    r"direct dial|call me(?: on)?|whats ?app|ddi)?\s*(?:no\.?|number)?\s*[.:)\]-]{0,2}\s*"
    r"(?:\+|00|\(?0)(?:[\s().-]{0,3}\d){8,14}(?:\s*(?:x|ext\.?)\s*\d{1,5})?"
)
_NAME = re2.compile(
    r"^(?:(?i:mr|mrs|ms|miss|mx|dr|rev|revd|prof|sir|lady|cllr|councillor)\.?\s+)?"
    r"\p{Lu}[\p{L}'’.-]*(?:\s+(?:\p{Lu}[\p{L}'’.-]*|de|van|von|bin|al|o'))*"
    r"(?:\s*[,(]\s*[\p{L}. ]+\)?)?\s*[,.]?$"
)
_CONTACT_LINE = re2.compile(
    r"(?i)(?:^\s*(?:e|e-?mail|w|web|website|www|t|tel|m|mob|mobile|phone|address|fax)\s*[.:]|\S+@\S+\.\S+|https?://|"
    r"www\.|\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b)"
)
_DELIMITED_LINES = 20
_DELIMITED_CHARACTERS = 3_000
_BLOCK_LINES = 9
_LINE_CHARACTERS = 70
# Each round looks at a whole paragraph: a thousand lines of "Kind regards" must not cost a thousand rounds.
_MOST_ROUNDS = 40


def signature_start(lines: list[str], sender_name: str | None = None) -> int:
    """The index of the first line of the signature in a stretch of new text; `len(lines)` where there is none."""
    end = len(lines)
    start = _delimited(lines)
    for _ in range(_MOST_ROUNDS):
        earlier = _peel(lines, start, sender_name)
        if earlier == start:
            break
        start = earlier
    return start if any(line.strip() for line in lines[start:]) else end


def _delimited(lines: list[str]) -> int:
    """A line of `-- ` opens a signature (RFC 3676 4.3), unless far too much follows it."""
    following = characters = 0
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if not line or line.isspace():
            continue
        if line.strip() in _DELIMITERS and _DELIMITER.match(line) is not None:
            return index if following else len(lines)
        following += 1
        characters += len(line)
        if following > _DELIMITED_LINES or characters > _DELIMITED_CHARACTERS:
            break
    return len(lines)


def _paragraph_before(lines: list[str], end: int) -> tuple[int, int]:
    """(start, end) of the last paragraph before `end`, blank lines skipped."""
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    start = end
    while start > 0 and lines[start - 1].strip():
        start -= 1
    return start, end


def _peel(lines: list[str], end: int, sender_name: str | None) -> int:
    """Where the signature begins once one more paragraph before `end` is found to belong to it; `end` if none does."""
    start, stop = _paragraph_before(lines, end)
    if start == stop:
        return end
    block = [line.strip() for line in lines[start:stop]]
    if all(_MOBILE.match(line) is not None for line in block):
        return start
    if _MOBILE.match(block[-1]) is not None:
        return stop - 1
    if _is_disclaimer(block):
        return start
    if end < len(lines) and len(block) == 1 and _is_name(block[0]) and _is_reachable(lines[end].strip()):
        return start  # HTML mail sets each line of a signature as a paragraph of its own
    for index in range(len(block) - 1, max(-1, len(block) - _BLOCK_LINES - 1), -1):
        if _CLOSING.match(block[index]) is not None:
            return start + index if _all_short(block[index + 1 :]) else end
    if len(block) <= _BLOCK_LINES and _all_short(block) and _is_details(block, sender_name):
        _, before_stop = _paragraph_before(lines, start)
        if before_stop and _CLOSING.match(lines[before_stop - 1].strip()) is not None:
            return before_stop - 1
        return start
    tail = _details_tail(block)
    return start + tail if tail < len(block) else end


def _is_disclaimer(block: list[str]) -> bool:
    """Whether a paragraph, a rule of dashes or stars above it left out, begins as footers do."""
    ruled = next((index for index, line in enumerate(block) if _RULE.match(line) is None), len(block))
    text = " ".join(block[ruled:])[:2_000]
    return bool(text) and (_DISCLAIMER.match(text) is not None or opens_footer(text))


def _all_short(block: list[str]) -> bool:
    """Whether every line could stand in a signature: a name, a firm, a number, an address, or two words at most."""
    return len(block) <= _BLOCK_LINES and all(_could_be_signature(line) for line in block)


def _could_be_signature(line: str) -> bool:
    if not line or _is_name(line) or _MOBILE.match(line) is not None:
        return True
    if _reads_as_sentence(line):
        return False
    if _is_reachable(line):
        return True
    words = line.split()
    titled = sum(1 for word in words if not word.lstrip("(\"'“‘").replace("&", "A")[:1].islower())
    return len(line) <= _LINE_CHARACTERS and (len(words) <= 2 or titled * 2 > len(words))


def _is_details(block: list[str], sender_name: str | None) -> bool:
    """A name followed by where to reach it, or the sender's own name alone."""
    named = _is_name(block[0])
    reachable = any(_is_reachable(line) for line in block[1:])
    if named and reachable:
        return not any(_reads_as_sentence(line) for line in block[1:])
    if named and len(block) <= 3 and sender_name:
        ours = {word.strip(".,()'’").lower() for word in block[0].split()}
        return bool(ours & {word.lower() for word in sender_name.split() if len(word) > 1}) and not any(
            _reads_as_sentence(line) for line in block[1:]
        )
    return all(_is_reachable(line) for line in block) and not any(_reads_as_sentence(line) for line in block)


def _details_tail(block: list[str]) -> int:
    """In a paragraph whose last lines are a name and a number, where these lines begin; `len(block)` if nowhere."""
    index = len(block)
    while index > 0 and _is_phone(block[index - 1]) and not _reads_as_sentence(block[index - 1]):
        index -= 1
    if index == len(block) or index < 2 or not _is_name(block[index - 1]):
        return len(block)
    return index - 1


def _is_name(line: str) -> bool:
    return len(line.split()) <= 6 and _NAME.match(line) is not None


def _is_reachable(line: str) -> bool:
    """A number, an address or a site."""
    return _is_phone(line) or _CONTACT_LINE.search(line) is not None


def _is_phone(line: str) -> bool:
    return len(line) <= _LINE_CHARACTERS and _PHONE.search(line) is not None


def _reads_as_sentence(line: str) -> bool:
    """More words than a line of contact details has."""
    return len(line.split()) > 9 or (line.endswith((".", "!", "?")) and len(line.split()) > 4)
