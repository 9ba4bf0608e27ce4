"""Complex cases: a conference of everybody concerned, and what comes of it. No restriction, and nobody's fault."""
