"""How endpoints, messages, deliveries and attempts are kept."""
