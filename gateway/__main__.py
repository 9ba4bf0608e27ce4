"""`python -m gateway` is `triage`."""

from gateway.cli import main

main()
