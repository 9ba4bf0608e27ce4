"""How a call is handled: `call_duration`, `call_script`, `call_recording`. None of these is ever a breach.

Length: Staffordshire 5.2, Warwickshire 7, Wealden L100. A script: Wealden L101-L102, L126. Recording: Staffordshire
5.2, Cleveland 9.9.
"""

from __future__ import annotations

from datetime import timedelta

from models.contact import Channel
from models.decision import Live, LiveAnswer
from models.restriction import CallDuration, CallRecording, CallScript
from routing.restrictions.situation import NOTHING, Effect, Situation


def call_duration(restriction: CallDuration, situation: Situation) -> Effect:
    """For staff: a call that went on for more than `minutes`."""
    call = situation.contact.call
    duration = call.duration if call and situation.is_on(Channel.TELEPHONE) else None
    if duration is None or duration <= timedelta(minutes=restriction.minutes):
        return NOTHING
    text = (
        f"The call went on for longer than the {restriction.minutes} minutes agreed; this is for staff, not a breach."
    )
    return Effect(reasons=(situation.case.reason("over_duration", text, cite_as="call_duration"),))


def call_script(restriction: CallScript, situation: Situation) -> Effect:
    """The live answer is the script with the emergency line; staff may stay on the line where anyone is at risk."""
    if not situation.is_on(Channel.TELEPHONE):
        return NOTHING
    text = " ".join(part for part in (restriction.text.strip(), situation.case.policy.emergency_route) if part)
    return Effect(
        live=Live(answer=LiveAnswer.SCRIPT, text=text),
        reasons=(
            situation.case.reason(
                "call_script", "Calls are ended with a script; staff may stay on the line where anyone is at risk."
            ),
        ),
    )


def call_recording(_restriction: CallRecording, situation: Situation) -> Effect:
    """Shown to staff on a call."""
    if not situation.is_on(Channel.TELEPHONE):
        return NOTHING
    return Effect(reasons=(situation.case.reason("call_recording", "This person's calls are recorded or monitored."),))
