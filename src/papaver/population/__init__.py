"""Many lives, years: the cohort, the compiled day loop, its counts."""
