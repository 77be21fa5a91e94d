"""How each noun is kept: its collection, its indexes, and what is sealed before it is written."""
