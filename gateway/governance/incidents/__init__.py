"""Incidents: a call that was ended, abuse in writing, a post, a visit; what is asked, and what follows."""
