"""When a message of an archive was sent, as far as it says so itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.cli.replay import _sent_at


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        (b"Date: Mon, 2 Mar 2026 10:15:00 +0100\r\n", datetime(2026, 3, 2, 9, 15, tzinfo=UTC)),
        (b"Date: Mon, 2 Mar 2026 10:15:00 -0000\r\n", datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
        (b"Date: Mon, 2 Mar 2026 10:15:00\r\n", datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
        (b"Date: yesterday\r\n", None),
        (b"", None),
    ],
)
def test_the_date_counts_with_or_without_an_offset(header: bytes, sent: datetime | None) -> None:
    assert _sent_at(header + b"Subject: hello\r\n\r\nhello\r\n") == sent
