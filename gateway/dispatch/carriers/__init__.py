"""How a letter to somebody leaves the house: by GOV.UK Notify, by our own mail server, or printed by a person."""
