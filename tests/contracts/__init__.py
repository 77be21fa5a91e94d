"""What spans services: the published language and the anatomy."""
