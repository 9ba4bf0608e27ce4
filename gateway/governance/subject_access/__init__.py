"""Everything held on one person, put together for them: gathered, looked through for what others are owed, given."""
