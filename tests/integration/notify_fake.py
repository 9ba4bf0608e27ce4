"""GOV.UK Notify on loopback, speaking its HTTP protocol: paths, bearer tokens, faults as JSON."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from aiohttp import web
from aiohttp.test_utils import TestServer
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

from gateway.clock import utc_now

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"office-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


@dataclass
class FakeNotify:
    """`answer`: a status and message given to what is sent, in the place of taking it; `says_of_taken`: to who asks.

    `hang_up`: it takes nothing and answers nothing; `loses_answers`: it takes it, and the answer never comes; `then_down`:
    nor does it answer who asks after it.
    """

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    answer: tuple[int, str, str] | None = None
    says_of_taken: tuple[int, str, str] | None = None
    loses_answers: bool = False
    then_down: bool = False
    pause: float = 0
    redirect: str | None = None
    hang_up: bool = False
    asked: int = 0
    hosts: list[str] = field(default_factory=list)
    now: Callable[[], datetime] = utc_now

    async def email(self, request: web.Request) -> web.StreamResponse:
        """`POST /v2/notifications/email`."""
        body, refused = await self._checked(request)
        if refused is not None:
            return refused
        if "@" not in body.get("email_address", ""):
            return _fault(400, "ValidationError", "email_address Not a valid email address")
        if body.get("template_id") != TEMPLATE:
            return _fault(400, "BadRequestError", "Template not found")
        for name in ("subject", "body", "link_to_file"):
            if name not in body.get("personalisation", {}):
                return _fault(400, "BadRequestError", f"Missing personalisation: {name}")
        return await self._take(request, body, "email")

    async def letter(self, request: web.Request) -> web.StreamResponse:
        """`POST /v2/notifications/letter` with a PDF of one's own."""
        body, refused = await self._checked(request)
        if refused is not None:
            return refused
        if not base64.b64decode(body.get("content", "")).startswith(b"%PDF-"):
            return _fault(400, "ValidationError", "Letter content is not a valid PDF")
        return await self._take(request, body, "letter")

    async def listed(self, request: web.Request) -> web.StreamResponse:
        """`GET /v2/notifications?reference=…`: what it took under that reference, the newest first."""
        self.asked += 1
        self.hosts.append(request.headers["Host"])
        if (refused := self._of_key(request)) is not None:
            return refused
        if self.says_of_taken is not None:
            return _fault(*self.says_of_taken)
        wanted = request.query.get("reference")
        found = [one for one in reversed(self.taken) if one["reference"] == wanted]
        kept = ("id", "reference", "status", "created_at")
        return web.json_response({"notifications": [{name: one[name] for name in kept} for one in found], "links": {}})

    async def _take(self, request: web.Request, body: dict[str, Any], kind: str) -> web.StreamResponse:
        await asyncio.sleep(self.pause)
        id_ = str(uuid4())
        taken = {"kind": kind, "id": id_, "status": "created", "created_at": self.now().isoformat()}
        self.taken.append({**taken, **body})
        if self.loses_answers:
            self.says_of_taken = (503, "Exception", "Unavailable") if self.then_down else None
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"id": id_, "reference": body.get("reference")}, status=201)

    async def _checked(self, request: web.Request) -> tuple[dict[str, Any], web.StreamResponse | None]:
        self.asked += 1
        self.hosts.append(request.headers["Host"])
        if self.hang_up:
            assert request.transport is not None
            request.transport.close()
        if self.redirect is not None:
            return {}, web.Response(status=307, headers={"Location": self.redirect})
        if (refused := self._of_key(request)) is not None:
            return {}, refused
        if self.answer is not None:
            return {}, _fault(*self.answer)
        return await request.json(), None

    def _of_key(self, request: web.Request) -> web.StreamResponse | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            known = scheme == "Bearer" and get_token_issuer(token) == SERVICE and decode_jwt_token(token, SECRET)
        except TokenError:
            known = False
        return None if known else _fault(403, "AuthError", "Invalid token: API key not found")


def _fault(status: int, error: str, message: str) -> web.StreamResponse:
    return web.json_response({"status_code": status, "errors": [{"error": error, "message": message}]}, status=status)


@asynccontextmanager
async def fake_notify(tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeNotify]:
    """Listens until the end."""
    fake = FakeNotify()
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_post("/v2/notifications/email", fake.email)
    app.router.add_post("/v2/notifications/letter", fake.letter)
    app.router.add_get("/v2/notifications", fake.listed)
    server = TestServer(app, host="127.0.0.1", scheme="https" if tls else "http")
    await server.start_server(ssl=tls)
    fake.url = f"http://127.0.0.1:{server.port}"
    try:
        yield fake
    finally:
        await server.close()
