"""The life of a strategy: who decided what, when and why, and what the policy asks before each step. Pure."""
