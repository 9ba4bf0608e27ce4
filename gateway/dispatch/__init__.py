"""Everything that goes out: relayed and diverted mail, copies, alerts. Drained from the outbox until sent."""
