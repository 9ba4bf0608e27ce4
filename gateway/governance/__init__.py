"""The life of a strategy: who decided what, when and why, and what the policy asks before each step.

Rules and files are pure; the desks (`*desk.py`) read and write the store.
"""
