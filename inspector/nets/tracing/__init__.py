"""From a network at work to the graph of what takes what: exactly where torch's functions are known, measured elsewhere."""
