"""Published files are fetched from a server on this machine: resumed, checked, cancelled, refused."""

import errno
import re
import shutil
import socket
import threading
from collections import namedtuple

import pytest

from inspector.core import places
from inspector.nets import entry
from inspector.nets.loading import downloads, fetching
from inspector.nets.loading.downloads import class_names, download, downloaded, published, published_ids
from inspector.nets.loading.fetching import DownloadError, Published
from kernels import Cancelled


@pytest.fixture
def get(site, tmp_path):
    """Downloads the one file into a folder that is not there yet."""

    def get(one=None, **options):
        return download(one or site.file(), tmp_path / "deep" / "er", **options)

    return get


@pytest.fixture
def part(tmp_path):
    path = tmp_path / "deep" / "er" / "w.pth.part"
    path.parent.mkdir(parents=True)
    return path


def refusal(get, *arguments, **options):
    with pytest.raises(DownloadError) as caught:
        get(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_fetched_with_the_names_of_the_classes(site, get, tmp_path):
    path = get()
    assert path == tmp_path / "deep" / "er" / "w.pth"
    assert path.read_bytes() == site.data
    assert class_names(path.parent) == tuple(site.names)
    assert {one.name for one in path.parent.iterdir()} == {"w.pth", "imagenet_classes.txt"}


def test_progress_grows_from_nothing_to_all(site, get):
    seen = []
    get(progress=lambda done, total: seen.append((done, total)))
    done = [one for one, _ in seen]
    assert done[0] == 0
    assert done[-1] == len(site.data)
    assert done == sorted(done)
    assert {total for _, total in seen} == {len(site.data)}


def test_what_is_there_and_right_is_not_fetched_again(site, get):
    get()
    site.asked.clear()
    get()
    assert site.asked == []


def test_what_is_there_and_wrong_is(site, get, part):
    part.with_name("w.pth").write_bytes(b"old")
    assert get().read_bytes() == site.data


def test_a_part_is_completed(site, get, part):
    part.write_bytes(site.data[:1000])
    seen = []
    assert get(progress=lambda done, _: seen.append(done)).read_bytes() == site.data
    assert site.asked[0] == ("/w.pth", "bytes=1000-")
    assert seen[0] == 1000
    assert not part.exists()


def test_a_server_that_cannot_resume_sends_all(site, get, part):
    part.write_bytes(b"something else")
    site.ranges = False
    assert get().read_bytes() == site.data


def test_a_part_that_is_whole_is_checked_and_kept(site, get, part):
    part.write_bytes(site.data)
    assert get().read_bytes() == site.data


def test_another_part_than_asked_for_is_refused(site, get, part):
    part.write_bytes(site.data[:1000])
    site.wrong_range = True
    assert "another part" in refusal(get)
    assert part.read_bytes() == site.data[:1000]


def test_a_wrong_checksum_is_said_and_nothing_is_kept(site, get, part):
    assert f"{site.host} has sent is not w.pth as it was published" in refusal(get, site.file(sha256="00000000"))
    assert list(part.parent.iterdir()) == []


def test_a_part_of_something_else_is_found_out(site, get, part):
    part.write_bytes(b"?" * 1000)
    assert "SHA-256" in refusal(get)
    assert not part.exists()
    assert get().read_bytes() == site.data


def test_a_connection_that_is_cut_is_said_and_resumed(site, get, part):
    site.cut = 5000
    said = refusal(get)
    assert f"{site.host} ended the connection after 5,000 of 1,048,576 bytes" in said
    assert part.read_bytes() == site.data[:5000]
    site.cut = None
    assert get().read_bytes() == site.data
    assert site.asked[-2] == ("/w.pth", "bytes=5000-")


@pytest.mark.parametrize(("status", "word"), [(404, "has no w.pth (404)"), (503, "has answered 503"), (403, "has answered 403")])
def test_what_the_server_refuses_is_said(site, get, status, word):
    site.status = status
    assert f"{site.host} {word}" in refusal(get)


def test_no_server(site, get):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        one = Published(f"http://127.0.0.1:{unused.getsockname()[1]}/w.pth")
        assert "cannot be reached" in refusal(get, one)


def test_a_name_that_nobody_knows(get):
    assert "nowhere.invalid cannot be reached" in refusal(get, Published("http://nowhere.invalid/w.pth"))


def test_a_silent_server_is_given_up(site, get, part):
    site.silent = 5000
    assert "has sent nothing for 0.1 seconds" in refusal(get, timeout=0.1)
    assert part.read_bytes() == site.data[:5000]


def test_a_silent_server_does_not_hold_up_cancelling(site, get, part):
    site.silent = 5000
    arrived = threading.Event()
    with pytest.raises(Cancelled):
        get(progress=lambda done, _: done == 5000 and arrived.set(), cancel=arrived.is_set, timeout=600)
    assert part.stat().st_size <= 5000


def test_a_silent_list_of_names_does_not_either(site, get):
    get()
    (get().parent / "imagenet_classes.txt").unlink()
    site.silent = 10
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        get(cancel=lambda: next(answers, True), timeout=600)


def test_a_full_disk_is_said_before_anything_is_fetched(get, monkeypatch, part):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 1 << 40, 1000))
    said = refusal(get)
    assert "1,048,576 bytes and 1,000 are free" in said
    assert str(part.parent) in said
    assert not part.exists()


def test_a_disk_that_fills_is_said(get, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "_copy", full)
    assert "Cannot save w.pth: No space left on device" in refusal(get)


def test_other_schemes_are_not_followed(site, get, tmp_path):
    for place in ("https://example.invalid/w.pth", "ftp://example.invalid/w.pth"):
        site.redirect = place
        assert "which is refused" in refusal(get)


def test_a_list_of_other_length_or_content_is_refused_and_fetched_again(site, get, part):
    for wrong in (b"", site.list + b"\nmore", b"<html>", site.list.replace(b"tench", b"")):
        site.files["/imagenet_classes.txt"] = wrong or b"\n"
        assert "something other than the names" in refusal(get)
        assert class_names(part.parent) is None
    site.files["/imagenet_classes.txt"] = site.list
    get()
    assert class_names(part.parent) == tuple(site.names)


def test_numbered_lists_with_underscores_give_the_same_names(site, tmp_path):
    lines = [f"{number}, {name.replace(' ', '_')}" for number, name in enumerate(site.names)]
    (tmp_path / "imagenet_classes.txt").write_text("\n".join(lines) + "\n")
    assert class_names(tmp_path) == tuple(site.names)


def test_the_published_weights_are_those_of_the_catalogue():
    for id in published_ids():
        one = published(id)
        assert entry(id).dataset == "ImageNet"
        assert re.fullmatch(r"https://download\.pytorch\.org/models/[a-z0-9_]+(-owt)?-[0-9a-f]{8}\.pth", one.url)
        assert one.file.endswith(f"-{one.sha256}.pth")
        assert one.file.split("-")[0].replace("_", "-") == id
    assert downloads.CLASS_NAMES.url.startswith("https://")
    assert published("lenet5") is None


def test_downloads_are_found_again():
    one = published("vgg11")
    assert downloaded("vgg11") is None
    assert downloaded("lenet5") is None
    folder = places.downloads()
    folder.mkdir(parents=True)
    (folder / one.file).write_bytes(b"x")
    (folder / f"{published('vgg13').file}.part").write_bytes(b"x")
    assert downloaded("vgg11") == folder / one.file
    assert downloaded("vgg13") is None
    assert class_names() is None
