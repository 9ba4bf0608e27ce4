"""Registers of dangerous persons and properties, and the register of strategies as a view over their files."""
