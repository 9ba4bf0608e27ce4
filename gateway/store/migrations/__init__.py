"""Alembic's folder: one step a file, never changed once released."""
