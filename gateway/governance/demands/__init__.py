"""What must be there before a step is taken: one module a part of the life, each demand yields what it lacks."""
