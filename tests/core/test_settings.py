"""Settings survive damage, later versions, protected disks and a second program."""

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inspector.core import places
from inspector.core.settings import MAX_RECENT, VERSION, Settings, default_path, load, save

TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("\udcff\udc80"), max_size=20)
SETTINGS = st.builds(
    Settings,
    geometry=TEXT,
    recent_files=st.lists(TEXT, max_size=MAX_RECENT).map(tuple),
    theme=st.sampled_from(["system", "light", "dark"]),
    hidden_panels=st.lists(TEXT, max_size=4).map(tuple),
    last_folder=TEXT,
    splitter_sizes=st.lists(st.integers(0, 9999), max_size=4).map(tuple),
)
FULL = Settings("YWJj", ("/a.png", "/b.png"), "dark", ("histogram",), "/pictures", (300, 700))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def sentence(text: str | None) -> str:
    assert text is not None
    assert re.fullmatch(r"[A-Z][^\n]+\.", text)
    return text


@given(settings=SETTINGS)
@hypothesis_settings(deadline=None, max_examples=50)
def test_what_is_saved_is_loaded(tmp_path_factory, settings):
    path = tmp_path_factory.getbasetemp() / "settings.json"
    assert save(path, settings) is None
    assert load(path) == (settings, None)


def test_no_file_yet(tmp_path):
    assert load(tmp_path / "none" / "settings.json") == (Settings(), None)
    assert save(tmp_path / "none" / "settings.json", FULL) is None
    assert load(tmp_path / "none" / "settings.json") == (FULL, None)


@given(content=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
@hypothesis_settings(deadline=None)
def test_any_content_gives_settings(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "settings.json"
    path.write_bytes(content)
    settings, problem = load(path)
    assert settings == Settings()
    assert "damaged; the defaults are used" in sentence(problem)


@given(values=st.dictionaries(st.sampled_from([field.name for field in fields(Settings)]), JSON))
@hypothesis_settings(deadline=None)
def test_any_values_give_settings_of_the_right_types(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("values") / "settings.json"
    path.write_text(json.dumps({"version": VERSION, **values}))
    settings, problem = load(path)
    assert problem is None or sentence(problem)
    assert save(path, settings) is None
    assert load(path) == (settings, None)


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("geometry", 3),
        ("recent_files", "abc"),
        ("recent_files", [1]),
        ("theme", "purple"),
        ("hidden_panels", {"a": 1}),
        ("last_folder", None),
        ("splitter_sizes", [1.5]),
        ("splitter_sizes", [True]),
        ("splitter_sizes", [-1]),
        ("splitter_sizes", [10**30]),
        ("geometry", "x" * 20_000),
    ],
)
def test_a_bad_field_costs_only_that_field(tmp_path, field, bad):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"version": VERSION, **asdict(FULL), field: bad, "unknown": 1}))
    settings, problem = load(path)
    assert asdict(settings) == asdict(FULL) | {field: getattr(Settings(), field)}
    assert field in sentence(problem)


def test_a_damaged_file_gives_the_backup_and_does_not_replace_it(tmp_path):
    path = tmp_path / "settings.json"
    save(path, FULL)
    save(path, FULL.with_recent("/c.png"))
    whole = path.read_bytes()
    for content in (b"", whole[:30], b"\xff" * 50, b"[" * 100_000, b"9" * 2_000_000):
        path.write_bytes(content)
        settings, problem = load(path)
        assert settings == FULL
        assert "damaged; the backup is used" in sentence(problem)
        assert save(path, FULL) is None
        assert load(tmp_path / "settings.json.bak") == (FULL, None)


def test_settings_of_a_newer_version_are_kept(tmp_path):
    path = tmp_path / "settings.json"
    content = json.dumps({"version": VERSION + 1, "theme": ["a", "b"]})
    path.write_text(content)
    settings, problem = load(path)
    assert settings == Settings()
    assert "newer version" in sentence(problem)
    assert "newer version" in sentence(save(path, FULL))
    assert path.read_text() == content


def test_a_folder_in_the_place_of_the_file(tmp_path):
    (tmp_path / "settings.json").mkdir()
    settings, problem = load(tmp_path / "settings.json")
    assert settings == Settings()
    assert "no regular file" in sentence(problem)
    assert "not remembered" in sentence(save(tmp_path / "settings.json", FULL))


def test_a_place_that_cannot_be_made_or_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    assert "not remembered" in sentence(save(tmp_path / "file" / "settings.json", FULL))
    path = tmp_path / "settings.json"
    save(path, FULL)
    monkeypatch.setattr("inspector.core.files.os.access", lambda *_: False)
    assert "you may not write there" in sentence(save(path, Settings()))
    assert load(path) == (FULL, None)


def test_an_unreadable_file(tmp_path, monkeypatch):
    path = tmp_path / "settings.json"
    save(path, FULL)

    def deny(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", deny)
    settings, problem = load(path)
    assert settings == Settings()
    assert "cannot be read" in sentence(problem)


def test_recent_files_are_distinct_newest_first_and_at_most_ten():
    settings = Settings()
    for name in [*"abcdefghijkl", "c"]:
        settings = settings.with_recent(name)
    assert settings.recent_files == tuple("clkjihgfed")


SAVE_FOREVER = """
import sys
from pathlib import Path
from inspector.core.settings import Settings, save
for n in range(int(sys.argv[2])):
    assert save(Path(sys.argv[1]), Settings(theme=sys.argv[3], last_folder=sys.argv[3] * 500)) is None
"""


def test_two_programs_leave_the_settings_of_one_of_them(tmp_path):
    path = tmp_path / "settings.json"
    save(path, Settings())
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [subprocess.Popen([sys.executable, "-c", SAVE_FOREVER, path, "40", theme], env=env) for theme in ("light", "dark")]
    seen = []
    while any(writer.poll() is None for writer in writers):
        seen.append(load(path))
    assert [writer.wait() for writer in writers] == [0, 0]
    for settings, problem in [*seen, load(path)]:
        assert problem is None
        assert settings == Settings() or settings.last_folder == settings.theme * 500
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["settings.json", "settings.json.bak"]


@pytest.mark.skipif(os.name != "posix", reason="HOME")
def test_a_user_without_a_home(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert default_path().is_absolute()
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a user whom the system does not know
    assert default_path().is_absolute()
    assert default_path().name == "settings.json"
    assert places.state().is_absolute()
    assert places.log().is_absolute()
