"""What two services or more need; no business rule lives here."""
