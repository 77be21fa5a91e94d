"""The promises of what all services share."""
