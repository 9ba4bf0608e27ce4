"""The alert ladder outside a running service: to test it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.clock import utc_now
from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.ladder import Ladder
from gateway.policies import Policies
from gateway.settings import Settings
from gateway.store.store import Store


@asynccontextmanager
async def alert_ladder(settings: Settings, store: Store) -> AsyncIterator[Ladder]:
    """A ladder that tells whoever the settings name."""
    public_url = settings.http.links_begin
    policies = Policies.load(settings.policies)
    relay = settings.relay
    async with Dispatcher(store, relay, policies=policies, public_url=public_url, now=utc_now) as dispatcher:
        yield Ladder(
            store,
            settings.alerts,
            dispatcher.mailer,
            policies=policies,
            public_url=public_url,
            now=utc_now,
        )
