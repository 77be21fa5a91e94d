"""HTTP in, by noun: who may ask, in what words."""
