"""The stories end to end on real processes and real parts, undisturbed and under faults."""
