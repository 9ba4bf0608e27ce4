"""The command `triage`. Exit 0: done. 1: it failed. 2: bad usage or unreadable input, said in one clear line."""

from gateway.cli.app import main

__all__ = ["main"]
