"""Call logs in: one module a format. Each turns rows into legs; legs of one call become one contact record."""
