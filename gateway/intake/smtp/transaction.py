"""What MAIL and RCPT have said so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.intake.smtp.commands import MailCommand, RcptCommand
from models.envelope import DsnRequest


@dataclass(slots=True)
class Transaction:
    """Between MAIL and the end of DATA. `recipients` as accepted, doubles included: LMTP answers for each.

    `turned_away`: how many came after the limit.
    """

    mail: MailCommand
    recipients: list[RcptCommand] = field(default_factory=list)
    turned_away: int = 0

    def addresses(self) -> tuple[str, ...]:
        """Each recipient once, in order."""
        return tuple(dict.fromkeys(recipient.address for recipient in self.recipients))

    def dsn(self) -> DsnRequest | None:
        """What was asked of delivery reports, None where nothing was."""
        notify = {each.address: each.notify for each in self.recipients if each.notify is not None}
        orcpt = {each.address: each.orcpt for each in self.recipients if each.orcpt is not None}
        if not (notify or orcpt or self.mail.ret or self.mail.envid):
            return None
        return DsnRequest(ret=self.mail.ret, envid=self.mail.envid, notify=notify, orcpt=orcpt)
