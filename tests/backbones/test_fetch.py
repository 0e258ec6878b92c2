from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from s2vbench.backbones.fetch import fetch
from s2vbench.backbones.published import LAION_HEAD
from s2vbench.backbones.spec import BackboneSpec
from s2vbench.errors import InputError, MissingError, OutputError

CONTENT = bytes(range(256)) * 4096


class _Server(BaseHTTPRequestHandler):
    cut = False
    ranges: list[str | None] = []  # noqa: RUF012 -- shared on purpose: the test reads it

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        type(self).ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        body = CONTENT[start:]
        self.wfile.write(body[: len(body) // 2] if self.cut else body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def spec() -> Iterator[BackboneSpec]:
    _Server.cut, _Server.ranges = False, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/{LAION_HEAD.file}"
    yield replace(LAION_HEAD, url=url, sha256=hashlib.sha256(CONTENT).hexdigest())
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_arrives_whole_and_is_not_fetched_twice(spec: BackboneSpec, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    path = fetch(spec, tmp_path, lambda here, total: seen.append((here, total)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    fetch(spec, tmp_path)
    assert len(_Server.ranges) == 1


def test_a_broken_connection_is_continued(spec: BackboneSpec, tmp_path: Path) -> None:
    _Server.cut = True
    with pytest.raises(MissingError, match="run the command again"):
        fetch(spec, tmp_path)
    part = tmp_path / f"{spec.file}.part"
    assert part.stat().st_size == len(CONTENT) // 2
    _Server.cut = False
    assert fetch(spec, tmp_path).read_bytes() == CONTENT
    assert _Server.ranges[-1] == f"bytes={len(CONTENT) // 2}-"
    assert not part.exists()


def test_a_wrong_digest_is_not_kept(spec: BackboneSpec, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="was not kept"):
        fetch(replace(spec, sha256="0" * 64), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_server_and_no_folder(spec: BackboneSpec, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="cannot be fetched"):
        fetch(replace(spec, url="http://127.0.0.1:1/x"), tmp_path)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        fetch(spec, blocked / "folder")
