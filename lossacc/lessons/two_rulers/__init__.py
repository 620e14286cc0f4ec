"""Notebook 01: two rulers, and how loss and accuracy both fall or both rise."""

NUMBER = 1
EXPERIMENTS = {"both-fall": "both_fall", "sure-and-wrong": "sure_and_wrong"}
