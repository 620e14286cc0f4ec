"""Notebook 03: labels that conflict."""

NUMBER = 3
EXPERIMENTS = {"five-against-five": "five_against_five"}
