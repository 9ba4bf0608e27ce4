"""Reports that an office owes or publishes: figures of a year, and what it is asked about the tool itself."""
