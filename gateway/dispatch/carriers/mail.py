"""Letters by mail through our own mail server, the PDF beside the words."""

from __future__ import annotations

from gateway.dispatch.carriers.carrier import Carried, NotCarried, Parcel
from gateway.dispatch.line import Unreachable
from gateway.dispatch.mailer import Mailer
from gateway.dispatch.our_mail import Attached, Written
from gateway.ids import new_id


class ByMail:
    """A mail from the office, sent at once, so that whether it was taken is known."""

    name = "mail"
    sends = True
    can_be_asked = False

    def __init__(self, mailer: Mailer, *, office: str, reply_to: str) -> None:
        self._mailer = mailer
        self._office = office
        self._reply_to = reply_to

    async def taken(self, parcel: Parcel) -> Carried | None:
        """A mail server is not asked what it took."""
        del parcel
        return None

    async def carry(self, parcel: Parcel) -> Carried:
        """NotCarried where the mail server is out of reach or refuses the address, and where it may have taken it."""
        id_ = new_id()
        written = Written(
            id_=id_,
            about=id_,
            to=(parcel.to,),
            subject=parcel.subject,
            text=parcel.text,
            attached=(
                Attached(f"{parcel.reference.replace('/', '-')}.pdf", "application/pdf", parcel.pdf),
                *(Attached(one.name, "application/pdf", one.content) for one in parcel.enclosures),
            ),
            from_name=self._office,
            reply_to=self._reply_to,
        )
        try:
            results = await self._mailer.send(written)
        except Unreachable as error:
            raise NotCarried(f"the mail server cannot be reached: {error}") from None
        for answer in results.temporary.values():
            if answer.unsaid:
                text = "the mail server had all of it, and did not say whether it takes it"
                raise NotCarried(text, perhaps=True, can_be_asked=False)
            raise NotCarried(f"the mail server does not take it now ({answer.code}); try again later")
        for answer in results.permanent.values():
            raise NotCarried(f"the mail server refuses it: {answer.code} {answer.text}")
        message_id = self._mailer.message_id(id_)
        return Carried(f"mail {message_id}, taken by the mail server", message_id, self._mailer.sender)
