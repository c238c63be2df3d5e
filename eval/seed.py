"""The seed of all that an evaluation draws: questions, halves, resamples."""

SEED = 20071210
"""Fixed: the same rows give the same figures, and measures of the same questions share the draws."""
