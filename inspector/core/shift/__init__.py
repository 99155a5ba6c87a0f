"""Pictures moved, turned and scaled, and how far what a network makes of them moves along: values and measures, no torch."""
