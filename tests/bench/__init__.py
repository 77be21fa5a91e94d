"""Our speed beside the bare alternative's, both measured in one run: ``make bench``."""
