"""Notebook 90: ten identical images, seven labelled A and three B."""

NUMBER = 90
EXPERIMENTS = {"seven-against-three": "seven_against_three"}
