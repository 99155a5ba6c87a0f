"""How fast the engine is beside other libraries, on the same work in the same run: what is measured, how, and the table of it."""
