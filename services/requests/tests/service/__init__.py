"""Tests of services/requests/service."""
