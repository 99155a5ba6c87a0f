"""Receptive fields: exactly which pixels of the picture a unit sees (from the graph alone), and numbers of those that matter."""
