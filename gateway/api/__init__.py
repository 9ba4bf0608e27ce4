"""The small web address of the gateway: what the links in its mail lead to."""
