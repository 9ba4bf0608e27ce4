"""The measures of a strategy, one module a family: what each allows, and what it does otherwise (CONTRACT §3)."""
