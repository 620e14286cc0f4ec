"""A whole training recipe on a whole data set: hours on a GPU, days without, resumable."""
