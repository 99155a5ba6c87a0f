"""The log keeps what a user may be asked to send."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.core import log
from inspector.core.log import open_log


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("inspector")
    before = list(logger.handlers)
    yield logger
    for handler in set(logger.handlers) - set(before):
        logger.removeHandler(handler)
        handler.close()


def test_the_log_is_written_and_the_crash_file_survives_its_rotation(
    tmp_path: Path, logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LARGEST", 200)
    crashes = open_log(tmp_path / "new folder")
    assert crashes is not None
    for number in range(10):
        logger.error("mishap %d", number)
    crashes.write("the end")
    crashes.close()
    folder = tmp_path / "new folder"
    assert "mishap 9" in (folder / "cnn-inspector.log").read_text()
    assert len(list(folder.glob("cnn-inspector.log*"))) == 3
    assert (folder / "crash.log").read_text() == "the end"


def test_a_folder_that_cannot_be_written_costs_only_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert open_log(tmp_path / "file" / "below") is None
