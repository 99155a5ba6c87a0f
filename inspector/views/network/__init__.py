"""The panels of the Network workspace."""
