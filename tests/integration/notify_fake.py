"""GOV.UK Notify on loopback, speaking its HTTP protocol: paths, bearer tokens, faults as JSON."""

from __future__ import annotations

import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import web
from aiohttp.test_utils import TestServer
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"office-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


@dataclass
class FakeNotify:
    """`answer`: a status and message given to whatever comes next, in the place of taking it."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    answer: tuple[int, str, str] | None = None
    redirect: str | None = None
    hang_up: bool = False
    asked: int = 0
    hosts: list[str] = field(default_factory=list)

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
        return self._take(body, "email")

    async def letter(self, request: web.Request) -> web.StreamResponse:
        """`POST /v2/notifications/letter` with a PDF of one's own."""
        body, refused = await self._checked(request)
        if refused is not None:
            return refused
        if not base64.b64decode(body.get("content", "")).startswith(b"%PDF-"):
            return _fault(400, "ValidationError", "Letter content is not a valid PDF")
        return self._take(body, "letter")

    def _take(self, body: dict[str, Any], kind: str) -> web.StreamResponse:
        id_ = str(uuid4())
        self.taken.append({"kind": kind, "id": id_, **body})
        return web.json_response({"id": id_, "reference": body.get("reference")}, status=201)

    async def _checked(self, request: web.Request) -> tuple[dict[str, Any], web.StreamResponse | None]:
        self.asked += 1
        self.hosts.append(request.headers["Host"])
        if self.hang_up:
            assert request.transport is not None
            request.transport.close()
        if self.redirect is not None:
            return {}, web.Response(status=307, headers={"Location": self.redirect})
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            known = scheme == "Bearer" and get_token_issuer(token) == SERVICE and decode_jwt_token(token, SECRET)
        except TokenError:
            known = False
        if not known:
            return {}, _fault(403, "AuthError", "Invalid token: API key not found")
        if self.answer is not None:
            return {}, _fault(*self.answer)
        return await request.json(), None


def _fault(status: int, error: str, message: str) -> web.StreamResponse:
    return web.json_response({"status_code": status, "errors": [{"error": error, "message": message}]}, status=status)


@asynccontextmanager
async def fake_notify(tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeNotify]:
    """Listens until the end."""
    fake = FakeNotify()
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_post("/v2/notifications/email", fake.email)
    app.router.add_post("/v2/notifications/letter", fake.letter)
    server = TestServer(app, host="127.0.0.1", scheme="https" if tls else "http")
    await server.start_server(ssl=tls)
    fake.url = f"http://127.0.0.1:{server.port}"
    try:
        yield fake
    finally:
        await server.close()
