"""How good the answers are: question sets, measures, runs and their report."""
