"""The service: takes contacts in, triages them, records what was decided, and sends them on."""
