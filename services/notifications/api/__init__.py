"""HTTP in: endpoints and deliveries."""
