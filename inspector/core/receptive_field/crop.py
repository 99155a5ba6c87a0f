"""The pixels that a unit sees, cut out of the picture."""
