"""The panels of the Receptive field workspace."""
