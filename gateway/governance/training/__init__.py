"""Who of the staff was trained in what, when, and when again."""
