"""A person disputes a decision: received, looked at by somebody else, answered in writing."""
