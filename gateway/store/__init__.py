"""What must survive: the spool, the register, decisions, review items, the outbox, the audit trail.

Only this package knows SQL. The rest of the gateway talks to `Store` and the values it returns.
"""
