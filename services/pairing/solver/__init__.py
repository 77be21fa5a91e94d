"""The best answer to a matching problem, as a minimum-cost flow (decision 0026).

A run is a process of its own (``process``): the solver holds Python's lock while it works, and what
it needs of memory goes when it ends. Nothing but this package imports numpy or OR-tools.
"""
