"""What runs and operates the services: local run, image, demo data, generators."""
