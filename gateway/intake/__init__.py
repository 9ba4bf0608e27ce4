"""Where contacts come in: SMTP, LMTP, IMAP, HTTP, call records, archives."""
