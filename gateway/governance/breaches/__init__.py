"""Confirmed breaches of a strategy, and what the policy's ladder proposes; a named person decides each time."""
