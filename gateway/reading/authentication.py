"""What trusted hosts said of the sender: Authentication-Results (RFC 8601) judged by CONTRACT §4.3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from gateway.reading.headers import unescaped
from models.contact import Authentication
from routing.addresses import domain_key

# Possessive, so that there is nothing to backtrack into: linear, and quicker than re2 for many short matches.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|[();=]|[^\t\n\f\r "();=]++|[\t\n\f\r ]++')
_SPF_FAIL = frozenset({"fail", "hardfail"})


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One `method=result` with its properties, all lower-cased: `header.d`, `smtp.mailfrom`, …"""

    method: str
    result: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One parsed header field."""

    authserv_id: str
    results: tuple[MethodResult, ...]


@dataclass(frozen=True, slots=True)
class TrustedHosts:
    """Whose word counts: the `names` listed, or any host at or under `domains` (the default of `check` only)."""

    names: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()

    @classmethod
    def of(cls, trusted_authserv: Sequence[str] | None, domains: Sequence[str]) -> TrustedHosts:
        """`trusted_authserv` None: hosts at or under `domains`; empty: nobody."""
        if trusted_authserv is None:
            return cls(domains=tuple(domain_key(domain) for domain in domains if domain.strip()))
        return cls(names=frozenset(domain_key(name) for name in trusted_authserv))

    def __contains__(self, host: str) -> bool:
        name = domain_key(host)
        return name in self.names or any(name == domain or name.endswith("." + domain) for domain in self.domains)


def _words(value: str) -> Iterator[str]:
    """The tokens outside comments; `;` and `=` stand alone, quoted strings come without their quotes."""
    depth = 0
    for piece in _TOKEN.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth or piece.isspace():
            continue
        elif piece[0] == '"':
            yield unescaped(piece.strip('"'))
        else:
            yield piece


def parse_results(value: str) -> AuthenticationResults | None:
    """One Authentication-Results value; None where it names no host (such a field can be nobody's word)."""
    statements: list[list[str]] = [[]]
    for word in _words(value[:50_000]):
        if word == ";":
            statements.append([])
        else:
            statements[-1].append(word)
    head = statements[0]
    if not head or "=" in head:
        return None
    results = [result for statement in statements[1:] if (result := _statement(statement)) is not None]
    return AuthenticationResults(domain_key(head[0]), tuple(results))


def _statement(words: list[str]) -> MethodResult | None:
    if len(words) < 3 or words[1] != "=":
        return None
    method = words[0].partition("/")[0].lower()
    properties: dict[str, str] = {}
    index = 3
    while index + 2 < len(words):
        if words[index + 1] == "=":
            properties.setdefault(words[index].lower(), words[index + 2].lower())
            index += 3
        else:
            index += 1
    return MethodResult(method, words[2].lower(), properties)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4_096)
def organisational_domain(domain: str) -> str:
    """The registrable domain, or the name itself where it has none (RFC 7489 3.2)."""
    name = domain_key(domain)
    found = _suffixes().privatesuffix(name)
    return found if isinstance(found, str) else name


def _domain(value: str | None) -> str:
    return domain_key((value or "").rpartition("@")[2].strip("<>"))


def aligned(domain: str, author_domain: str) -> bool:
    """Relaxed alignment: the same organisational domain."""
    first, second = domain_key(domain), domain_key(author_domain)
    if not first or not second:
        return False
    return first == second or organisational_domain(first) == organisational_domain(second)


def received_by(value: str) -> str | None:
    """The host that wrote a Received line (RFC 5321 4.4); comments and the name the client gave itself do not count."""
    return _received_clause(value, "by")


def received_with(value: str) -> str | None:
    """The protocol a Received line names (RFC 3848), upper-cased: `ESMTPS`, or `ESMTPSA` where the client logged in."""
    protocol = _received_clause(value, "with")
    return protocol and protocol.upper()


def _received_clause(value: str, clause: str) -> str | None:
    words = list(_words(value[:5_000]))
    start = 2 if words and words[0].lower() == "from" else 0
    for index in range(start, len(words) - 1):
        if words[index].lower() == clause:
            return words[index + 1]
    return None


def trusted_results(fields: Sequence[tuple[str, str]], trusted: TrustedHosts) -> tuple[MethodResult, ...]:
    """The results that count, the newest of each method only.

    `fields` are the header fields top first. Everything below the first Received line whose `by` host is not trusted
    was written by somebody else; and below a trusted host's word on a method, a second word on it is a forgery or old.
    """
    counted: list[MethodResult] = []
    spoken: set[str] = set()
    for name, value in fields:
        if name == "received":
            by = received_by(value)
            if by is None or by not in trusted:
                break
        elif name == "authentication-results":
            parsed = parse_results(value)
            if parsed is None or parsed.authserv_id not in trusted:
                continue
            fresh = [result for result in parsed.results if result.method not in spoken]
            counted.extend(fresh)
            spoken.update(result.method for result in fresh)
    return tuple(counted)


def authentication_of(domain: str, results: Sequence[MethodResult]) -> Authentication:
    """What the results say of one author domain: DMARC first, without it DKIM or SPF in relaxed alignment."""
    for result in results:
        if result.method != "dmarc" or result.result not in ("pass", "fail"):
            continue
        about = _domain(result.properties.get("header.from"))
        if not about or aligned(about, domain):
            return Authentication.PASS if result.result == "pass" else Authentication.FAIL
    for result in results:
        if result.result == "pass" and any(aligned(vouched, domain) for vouched in _vouched(result)):
            return Authentication.PASS
    if any(result.method == "spf" and result.result in _SPF_FAIL for result in results):
        return Authentication.FAIL
    return Authentication.NONE


def _vouched(result: MethodResult) -> Iterator[str]:
    """The domains a passing DKIM or SPF result speaks for."""
    properties = result.properties
    if result.method == "dkim":
        yield _domain(properties.get("header.d") or properties.get("header.i"))
    elif result.method == "spf":
        yield _domain(properties.get("smtp.mailfrom") or properties.get("smtp.mail") or properties.get("smtp.helo"))
