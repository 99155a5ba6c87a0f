"""The program without its window: values and pure functions; no Qt, no torch."""
