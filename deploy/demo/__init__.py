"""The demo data of ``make up`` and ``make demo-data``: a community, and what loads it."""
