"""HTTP in: what one may ask of the requests service, and in what words."""
