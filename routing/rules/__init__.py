"""The contract's rules, one module each; `routing.decide` puts them together in their order (CONTRACT §4)."""
