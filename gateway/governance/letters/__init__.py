"""Letters to somebody about their strategy: composed from templates and the file, set as PDF. Nothing is sent here."""
