"""Notebook 02: nine labels against one, and wrong labels among many images."""

NUMBER = 2
EXPERIMENTS = {"nine-against-one": "nine_against_one", "wrong-labels": "wrong_labels"}
