"""Notebook 06: a penalty inside the printed loss."""

NUMBER = 6
EXPERIMENTS = {"the-penalty-inside-the-loss": "the_penalty"}
