"""Networks as plain values: their facts, what is chosen of them, and how their maps become pictures; without torch."""
