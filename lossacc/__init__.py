"""Why loss and accuracy part ways when a network is trained."""
