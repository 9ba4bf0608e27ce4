"""How a call ended, in the words that telephone systems and people use for it."""

from __future__ import annotations

from models.contact import CallOutcome
from models.plain_names import plain

OUTCOME_WORDS: dict[str, CallOutcome] = {
    **{outcome.value: outcome for outcome in CallOutcome},
    **dict.fromkeys(("no answer", "missed", "unanswered", "not answered", "rang out"), CallOutcome.NO_ANSWER),
    **dict.fromkeys(("engaged", "line busy"), CallOutcome.BUSY),
    **dict.fromkeys(("taken", "completed", "connected"), CallOutcome.ANSWERED),
    **dict.fromkeys(("message", "left message", "voice mail"), CallOutcome.VOICEMAIL),
    **dict.fromkeys(("hung up", "caller hung up", "dropped", "cancelled"), CallOutcome.ABANDONED),
}
"""Lower-cased, words parted by one space or, as in the contract's files, by an underscore."""


def outcome_of(text: str) -> CallOutcome | None:
    """The outcome `text` names, None where it names none that is known."""
    words = " ".join(text.lower().replace("-", " ").split())
    return OUTCOME_WORDS.get(words) or OUTCOME_WORDS.get(words.replace(" ", "_")) or OUTCOME_WORDS.get(plain(words))
