"""Endpoints, deliveries, attempts, signatures and addresses: what is true and what may happen."""
