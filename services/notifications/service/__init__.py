"""What one can do with endpoints, messages and deliveries."""
