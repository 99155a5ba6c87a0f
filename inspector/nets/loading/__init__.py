"""Other people's files and code: read without running anything, run only when asked, stopped when it does not end."""
