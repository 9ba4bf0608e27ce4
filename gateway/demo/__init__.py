"""A sample organisation and its contacts, to show the gateway with: fictional people, real path."""
