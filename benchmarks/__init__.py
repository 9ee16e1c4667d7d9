"""How fast papaver is, as ratios to plainer ways of doing the same work: ``python -m benchmarks``.

A benchmark is a module ``bench_<topic>.py`` in this folder with a function ``run() -> list[Row]``.
"""
