"""The solver against brute force, against greedy, and its parts."""
