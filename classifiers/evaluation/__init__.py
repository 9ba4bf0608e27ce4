"""What the scan does on one side of the authored corpus, with intervals: figures, pictures and the model card.

A concern is met in mail as a sentence among others, so each is put at a place drawn by the seed into an ordinary
letter of the same side, and stands against letters with a harmless sentence put in. Only the scanner's public face is
used, with every stage it was loaded with. Same corpus, seed and scanner: same figures.
"""

from classifiers.evaluation.report import Report, evaluate

__all__ = ["Report", "evaluate"]
