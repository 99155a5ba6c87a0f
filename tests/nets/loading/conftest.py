"""What the tests of loading share: files made by hand, and reading without the seconds that another process costs."""

import hashlib
import json
import pickle
import re
import struct
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from inspector.nets.loading import downloads, reading
from inspector.nets.loading.child import leave_answer
from inspector.nets.loading.fetching import Published
from inspector.nets.loading.formats import Kind
from inspector.nets.loading.limits import Limits

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
SYSTEM = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process's work is done in this one, without its limits."""

    def run_here(module: str, words: list[str], folder: Path, **_: object) -> str:
        leave_answer(Path(words[0]), Kind(words[1]), folder, Limits(**json.loads(words[3])))
        return ""

    monkeypatch.setattr(reading, "run_apart", run_here)


@pytest.fixture
def archived(tmp_path: Path) -> Callable[..., Path]:
    """Writes an archive as torch.save does, with this pickle, these records and entries beside."""

    def write(pickled: bytes, *records: bytes, extra: tuple[tuple[str, bytes], ...] = (), packed: bool = False) -> Path:
        path = tmp_path / "made.pt"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
            archive.writestr("made/data.pkl", pickled)
            archive.writestr("made/byteorder", b"little")
            for number, record in enumerate(records):
                archive.writestr(f"made/data/{number}", record)
            archive.writestr("made/version", b"3\n")
            for name, data in extra:
                archive.writestr(name, data)
        return path

    return write


@pytest.fixture
def legacy(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file as torch.save did before 1.6, with this pickle and these storages of float32."""

    def write(pickled: bytes, *storages: bytes) -> Path:
        path = tmp_path / "old.pth"
        head = b"".join(pickle.dumps(part, protocol=2) for part in (MAGIC, PROTOCOL, SYSTEM))
        keys = pickle.dumps([str(number) for number in range(len(storages))], protocol=2)
        numbers = b"".join(struct.pack("<q", len(storage) // 4) + storage for storage in storages)
        path.write_bytes(head + pickled + keys + numbers)
        return path

    return write


# ---- a server of published files ---------------------------------------------------------------------------------


@dataclass
class Site:
    """What the server has, how it behaves, and what it has been asked for."""

    data: bytes = bytes(range(256)) * 4096
    names: tuple = ("tench", *(f"class {number}" for number in range(1, 999)), "toilet tissue")
    files: dict = field(default_factory=dict)
    ranges: bool = True
    wrong_range: bool = False
    cut: int | None = None  # bytes after which the connection is closed
    silent: int | None = None  # bytes after which nothing more is sent
    redirect: str = ""
    status: int = 200
    asked: list = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def __post_init__(self):
        self.files = {"/w.pth": self.data, "/imagenet_classes.txt": self.list}

    @property
    def list(self):
        return "\n".join(self.names).encode()

    @property
    def host(self):
        return self.url.removeprefix("http://")

    def file(self, sha256=None):
        """The one file, by default with the beginning of its right checksum."""
        return Published(f"{self.url}/w.pth", hashlib.sha256(self.data).hexdigest()[:8] if sha256 is None else sha256)


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        site = self.server.site
        site.asked.append((self.path, self.headers.get("Range")))
        if site.redirect:
            self.send_response(302)
            self.send_header("Location", site.redirect)
            self.end_headers()
        elif site.status != 200 or self.path not in site.files:
            self.send_error(site.status if site.status != 200 else 404)
        else:
            self.send_file(site, site.files[self.path])

    def send_file(self, site, data):
        start = int(re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "bytes=0-"))[1]) if site.ranges else 0
        if start >= len(data):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start + site.wrong_range}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        stop = next((end for end in (site.cut, site.silent) if end is not None), len(data))
        self.wfile.write(data[start:stop])
        if site.silent is not None:
            self.wfile.flush()
            site.released.wait()


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.site = Site(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setattr(downloads, "CLASS_NAMES", Published(f"{server.site.url}/imagenet_classes.txt"))
    yield server.site
    server.site.released.set()
    server.shutdown()
    thread.join()
    server.server_close()
