"""A sample organisation and a dozen contacts to show the gateway with: fictional people, real path."""
