"""Who a contact is from, what applies to them, and what to do now: pure functions of values."""
