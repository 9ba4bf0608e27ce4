"""Where contacts come in: SMTP, LMTP, call records, letters and visits in files."""
