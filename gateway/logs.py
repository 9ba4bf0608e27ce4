"""Logs: one JSON object a line, ids only. What people wrote, and who they are, never goes into a log."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(level: str, *, human: bool = False) -> None:
    """Log to standard error at `level`; `human` for a terminal."""
    renderer = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries may put what they handle into their log lines; only their warnings are let through, without details.
    logging.basicConfig(level=logging.ERROR, format="%(name)s %(levelname)s", stream=sys.stderr)
