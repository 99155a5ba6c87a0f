"""The panels of the Shift workspace."""
