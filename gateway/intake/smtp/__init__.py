"""SMTP and LMTP in, on aiosmtpd with a bulk DATA reader of our own."""
