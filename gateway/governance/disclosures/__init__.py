"""Telling a partner about a person: on what ground, after whose answer, and what went."""
