"""Registers that are kept in spreadsheets today: read, mapped, checked row by row, and taken over."""
