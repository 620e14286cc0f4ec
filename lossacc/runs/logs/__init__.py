"""What is left of most trainings: a log. `read_log` in `reading` reads it and gives `Curves`.

A file for each family of formats turns text into rows (`rows`): free lines, tables, literals such
as JSON and printed dicts, TensorBoard's event files, MLflow's. Then rows become runs (`merging`),
and columns get a meaning (`names`, `columns`). What has two readings is asked, never guessed.
"""
