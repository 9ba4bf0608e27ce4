"""The nouns of the gateway: values that every other package talks in. No I/O, and nothing of ours imported."""
