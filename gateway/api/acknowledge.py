"""The page an alert links to: what it is, and a button by which a named person takes it on. It shows no content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from types import TracebackType
from typing import Self

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.api.tokens import verify
from gateway.governance.person_name import a_person
from gateway.harmless import one_line
from gateway.intake.smtp.settings import parse_listen
from gateway.store.alerts import PendingAlert
from gateway.store.store import Store
from models.plain_names import plain

log = structlog.get_logger()

_FORM_BYTES = 8 * 1024
_NAME_LENGTH = 100
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


class AcknowledgeServer:
    """Serves `/alerts/ID?t=TOKEN`, `/contacts/ID` and `/healthz` on `listen` (`host:port`; port 0: any free one)."""

    def __init__(self, store: Store, listen: str, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._listen = listen
        self._now = now
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        address = parse_listen(self._listen)
        app = web.Application(client_max_size=_FORM_BYTES, middlewares=[_guarded])
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/alerts/{id:[0-9a-f]{32}}", self._show)
        app.router.add_post("/alerts/{id:[0-9a-f]{32}}", self._acknowledge)
        app.router.add_get("/contacts/{id:[0-9a-f]{32}}", self._contact)
        # No access log: its lines would hold the tokens.
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            site: web.BaseSite
            if address.path:
                site = web.UnixSite(self._runner, address.path)
            else:
                site = web.TCPSite(self._runner, address.host, address.port)
            await site.start()
        except BaseException:
            await self._runner.cleanup()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def address(self) -> str:
        """`host:port`, with the port the system chose; the path of a unix socket."""
        if self._runner is None or not self._runner.addresses:
            return self._listen
        found = self._runner.addresses[0]
        if isinstance(found, str):
            return f"unix:{found}"
        host, port = found[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def _health(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _show(self, request: web.Request) -> web.Response:
        if not self._may(request):
            return _refused()
        alert = await self._store.alerts.find(request.match_info["id"])
        return _page("Alert", _form(alert) if alert else await self._done(request.match_info["id"]))

    async def _acknowledge(self, request: web.Request) -> web.Response:
        if not self._may(request):
            return _refused()
        form = await request.post()
        name = one_line(str(form.get("name", "")))[:_NAME_LENGTH]
        alert_id = request.match_info["id"]
        if not _is_name(name):
            alert = await self._store.alerts.find(alert_id)
            if alert is None:
                return _page("Alert", await self._done(alert_id))
            return _page("Error: alert", _form(alert, error="Enter your name"), status=422)
        if await self._store.alerts.acknowledge(alert_id, by=name, now=self._now()):
            log.info("alert_acknowledged", alert=alert_id)
            return _page("Alert acknowledged", "<p>Thank you. Nobody else is told of this alert.</p>")
        return _page("Alert", await self._done(alert_id))

    async def _done(self, alert_id: str) -> str:
        """Whoever comes second is told who has it."""
        acknowledged = await self._store.alerts.acknowledged(alert_id)
        if acknowledged is None:
            return "<p>This alert is no longer kept.</p>"
        by, at = acknowledged
        return f"<p>This alert was acknowledged already, by {escape(by)} on {at:%d %B %Y, %H:%M} UTC.</p>"

    async def _contact(self, request: web.Request) -> web.Response:
        """Where a contact's mail links to: how to open it. The content is shown to known users only."""
        contact_id = request.match_info["id"]
        commands = (f"triage queue {verb} {contact_id} --by YOUR-NAME" for verb in ("read", "show"))
        return _page(
            "Contact",
            f"<p>Contact {escape(contact_id)} is kept in the triage gateway.</p>"
            "<p>Read there what it says, or see what was found in it and where it went, with:</p>"
            + "".join(f"<p><code>{escape(command)}</code></p>" for command in commands),
        )

    def _may(self, request: web.Request) -> bool:
        token = request.query.get("t", "")
        return verify(self._store.trace_key, "alert", request.match_info["id"], token, self._now())


def _is_name(name: str) -> bool:
    try:
        a_person(name)
    except ValueError:
        return False
    return True


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _page("Not found" if error.status == 404 else "Error", "<p>There is no such page.</p>", error.status)
    except Exception as error:
        log.error("page_failed", error=type(error).__name__)
        response = _page("Error", "<p>Something went wrong. The alert stands; please try again.</p>", 500)
    response.headers.update(_HEADERS)
    return response


def _refused() -> web.Response:
    return _page("Link not valid", "<p>This link is not valid, or it has expired. Use a newer one.</p>", 403)


def _form(alert: PendingAlert, error: str | None = None) -> str:
    facts = (
        ("Alert", alert.id),
        ("About", plain(alert.kind.value)),
        ("Urgency", plain(alert.urgency.value)),
        ("Raised", f"{alert.raised_at:%d %B %Y, %H:%M} UTC"),
        # Whoever takes it on takes these on, too: the mail that they have may be older.
        *((("Since then", f"{alert.folded} more like it"),) if alert.folded else ()),
    )
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    wrong = f'<p id="error" role="alert"><strong>Error:</strong> {escape(error)}</p>' if error else ""
    described = ' aria-describedby="error" aria-invalid="true"' if error else ""
    return (
        f"<dl>{rows}</dl>{wrong}"
        '<form method="post"><p><label for="name">Your name</label><br>'
        f'<input id="name" name="name" autocomplete="name" maxlength="{_NAME_LENGTH}" required{described}></p>'
        '<p><button type="submit">Acknowledge</button></p></form>'
    )


def _page(title: str, body: str, status: int = 200) -> web.Response:
    text = (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - Triage gateway</title>"
        "<style>body{font:1.1rem/1.5 sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#111;"
        "background:#fff}dt{font-weight:bold}input,button{font:inherit;padding:.4rem}code{overflow-wrap:anywhere}"
        f"</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status)
