"""All that is done to letters, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.dispatch.carriers.carrier import LetterCarrier
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.dispatch.settings import LetterSettings
from gateway.governance.desk import Desk
from gateway.letters.desk import LetterDesk
from gateway.letters.printing import LetterPrinting
from gateway.letters.proof import LetterProof
from gateway.letters.sending import LetterSending
from gateway.letters.writing import LetterWriting
from models.policy_course import Delivery


class LetterOffice:
    """`queue`: where letters wait for the printer."""

    def __init__(
        self,
        desk: Desk,
        carriers: Mapping[Delivery, LetterCarrier],
        queue: PrintQueue,
        settings: LetterSettings,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self.letters = LetterDesk(desk, settings, now=now)
        self.writing = LetterWriting(self.letters)
        self.proof = LetterProof(self.letters, queue)
        self.printing = LetterPrinting(self.letters, queue)
        self.sending = LetterSending(self.letters, carriers, self.proof, self.printing)
