"""What comes in by drop and paste is told apart."""

import pytest
from PySide6.QtCore import QMimeData

from inspector.views.transfer import incoming


@pytest.mark.parametrize("form", ["{}", " {}\n", "'{}'", "file://{}"])
def test_a_text_that_is_an_absolute_path_is_a_file(form: str) -> None:
    mime = QMimeData()
    mime.setText(form.format("/pictures/a cat.png"))
    assert incoming(mime, "pasted").paths == ("/pictures/a cat.png",)


@pytest.mark.parametrize("text", ["0 -1 0\n-1 5 -1\n0 -1 0", "1/9 1/9", "cat.png", "/a\n/b", ""])
def test_other_texts_stay_texts(text: str) -> None:
    mime = QMimeData()
    mime.setText(text)
    taken = incoming(mime, "pasted")
    assert (taken.paths, taken.text) == ((), text)
