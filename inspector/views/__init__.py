"""The window: Qt only. Values come in through ``show_...``, the user's hand goes out through signals."""
