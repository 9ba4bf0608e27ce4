"""How many connections and messages a client may have: counters with a clock passed in."""

from __future__ import annotations

from collections import Counter, OrderedDict
from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address
_MOST_BUCKETS = 10_000


def client_key(address: Address | None) -> str:
    """What counts as one client: an IPv4 address, an IPv6 /64 (one household), or the local socket."""
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 64 << 64, 64)))
    return str(address) if address else "local"


class ConnectionCount:
    """Connections now open, in all and by client."""

    def __init__(self, total: int, per_client: int) -> None:
        self._total, self._per_client = total, per_client
        self._open = 0
        self._by_client: Counter[str] = Counter()

    def enter(self, client: str) -> str | None:
        """None where there is room (then `leave` is owed), else which limit was met: `total` or `client`."""
        if self._open >= self._total:
            return "total"
        if self._by_client[client] >= self._per_client:
            return "client"
        self._open += 1
        self._by_client[client] += 1
        return None

    def leave(self, client: str) -> None:
        """One connection fewer."""
        self._open -= 1
        self._by_client[client] -= 1
        if not self._by_client[client]:
            del self._by_client[client]


class MessageRate:
    """A token bucket a client: `per_minute` refill, a minute's worth of burst."""

    def __init__(self, per_minute: int) -> None:
        self._burst = float(per_minute)
        self._per_second = per_minute / 60
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, client: str, now_seconds: float) -> bool:
        """Take one message's token. The longest unused bucket is forgotten first, so memory is bounded."""
        tokens, since = self._buckets.pop(client, (self._burst, now_seconds))
        tokens = min(self._burst, tokens + (now_seconds - since) * self._per_second)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now_seconds)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return allowed
