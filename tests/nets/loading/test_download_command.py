"""``cnn-inspector download``: the file, one line or its facts, and progress for who watches."""

import argparse
import hashlib
import json
import sys

import pytest

from inspector.cli_download import COMMANDS
from inspector.core import places
from inspector.nets.loading import downloads
from inspector.nets.loading.downloads import class_names
from inspector.nets.loading.fetching import DownloadError


@pytest.fixture
def run(site, monkeypatch):
    """Runs the command, vgg11 being the file of the local server."""
    monkeypatch.setattr(downloads, "published", lambda id: site.file() if id == "vgg11" else None)

    def run(*words):
        add, act, _ = COMMANDS["download"]
        parser = argparse.ArgumentParser()
        add(parser)
        act(parser.parse_args(words))

    return run


def test_one_line_says_where_it_lies(run, site, capsys):
    run("vgg11")
    said = capsys.readouterr()
    assert said.out == f"vgg11: {places.downloads() / 'w.pth'}, 1.0 MB, SHA-256 {hashlib.sha256(site.data).hexdigest()}\n"
    assert said.err == ""
    assert class_names() == site.names


def test_the_facts_for_a_script(run, site, capsys):
    run("vgg11", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "model": "vgg11", "path": str(places.downloads() / "w.pth"), "bytes": len(site.data),
        "sha256": hashlib.sha256(site.data).hexdigest(),
    }  # fmt: skip


def test_on_a_terminal_a_line_grows(run, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    run("vgg11")
    said = capsys.readouterr().err
    assert said.startswith("\r\x1b[Kvgg11  0.0 of 1.0 MB")
    assert said.endswith("vgg11  1.0 of 1.0 MB\n")


def test_a_network_without_published_weights(run):
    with pytest.raises(ValueError, match="no weights of lenet5 are published; there are those of vgg11, "):
        run("lenet5")


def test_a_network_that_is_not_there(run):
    with pytest.raises(ValueError, match="there is no network 'vgg7'"):
        run("vgg7")


def test_what_the_server_says_passes_through(run, site, capsys):
    site.status = 500
    with pytest.raises(DownloadError, match="has answered 500"):
        run("vgg11")
    assert capsys.readouterr().out == ""
