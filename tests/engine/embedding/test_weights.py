import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from kindred.engine.embedding import weights
from kindred.engine.embedding.weights import Weights, fetch, open_https
from kindred.engine.errors import Cancelled, ModelError
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken, Progress, ignore

CONTENT = bytes(range(256)) * 4000


class Server(ThreadingHTTPServer):
    """Serves CONTENT at every path, with ranges unless told otherwise, and notes them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.ranges: list[str | None] = []
        self.knows_ranges = True
        self.status = 200


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.ranges.append(wanted)
        start = int(wanted.split("=")[1].rstrip("-")) if wanted and self.server.knows_ranges else 0
        status = self.server.status
        if start:
            status = 206 if start < len(CONTENT) else 416
        body = CONTENT[start:] if status in (200, 206) else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def entry(content: bytes = CONTENT) -> Weights:
    return Weights("tiny", "Tiny", 4, 1.0, "tiny", hashlib.sha256(content).hexdigest())


def get(
    server: Server,
    home: Home,
    choice: Weights,
    *,
    token: CancelToken | None = None,
    progress=ignore,
) -> Path:
    def opener(request: Request):
        assert request.full_url.startswith("https://download.pytorch.org/")
        local = f"http://127.0.0.1:{server.server_port}/{choice.stem}"
        plain = build_opener(ProxyHandler({}))  # this machine is not reached through a proxy
        return plain.open(Request(local, headers=dict(request.header_items())))

    return fetch(choice, home=home, token=token or CancelToken(), progress=progress, opener=opener)


def test_download_is_checked_and_reported(server: Server, kindred_home: Home) -> None:
    seen: list[Progress] = []
    path = get(server, kindred_home, entry(), progress=seen.append)
    assert path == entry().path(kindred_home)
    assert path.read_bytes() == CONTENT
    assert [seen[-1].done, seen[-1].total] == [len(CONTENT)] * 2
    assert list(kindred_home.models.iterdir()) == [path]
    get(server, kindred_home, entry())
    assert len(server.ranges) == 1  # there already


def test_other_bytes_are_refused_and_removed(server: Server, kindred_home: Home) -> None:
    other = entry(b"what torchvision published")
    like = replace(entry(), sha256=entry().sha256[:-1] + "-")
    for wanted in (other, like):  # the second agrees in all digits that torchvision publishes
        with pytest.raises(ModelError, match="damaged"):
            get(server, kindred_home, wanted)
    assert list(kindred_home.models.iterdir()) == []


@pytest.mark.parametrize("knows_ranges", [True, False])
@pytest.mark.parametrize("have", [100_000, len(CONTENT)])
def test_stopped_download_goes_on(
    server: Server, kindred_home: Home, knows_ranges: bool, have: int
) -> None:
    server.knows_ranges = knows_ranges
    part = entry().path(kindred_home).with_suffix(".part")
    part.parent.mkdir()
    part.write_bytes(CONTENT[:have])
    assert get(server, kindred_home, entry()).read_bytes() == CONTENT
    assert server.ranges == [f"bytes={have}-"]


def test_stop_leaves_the_part_for_later(server: Server, kindred_home: Home) -> None:
    token = CancelToken()

    def stop_early(progress: Progress) -> None:
        if progress.done > 0:
            token.stop()

    with pytest.raises(Cancelled):
        get(server, kindred_home, entry(), token=token, progress=stop_early)
    assert not entry().path(kindred_home).exists()
    assert get(server, kindred_home, entry()).read_bytes() == CONTENT
    assert server.ranges[1] is not None


def test_server_and_network_failures_are_plain(server: Server, kindred_home: Home) -> None:
    server.status = 404
    with pytest.raises(ModelError, match="could not be downloaded"):
        get(server, kindred_home, entry())
    with pytest.raises(ModelError, match="no model: x"):
        weights.download("x", home=kindred_home, token=CancelToken(), progress=ignore)


def test_only_https_is_opened(server: Server) -> None:
    with pytest.raises(ModelError, match="HTTPS"):
        open_https(Request(f"http://127.0.0.1:{server.server_port}/a"))
    with pytest.raises(ModelError, match="HTTPS"):
        open_https(Request("file:///etc/passwd"))  # noqa: S310
    assert server.ranges == []


def test_redirection_away_from_https_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Response:
        url = "http://elsewhere.example/a"
        closed = False

        def close(self) -> None:
            self.closed = True

    response = Response()
    monkeypatch.setattr(weights, "urlopen", lambda request, timeout: response)
    with pytest.raises(ModelError, match="elsewhere"):
        open_https(Request("https://download.pytorch.org/a"))
    assert response.closed


@pytest.mark.parametrize("choice", weights.CATALOGUE, ids=lambda choice: choice.name)
def test_catalogue_agrees_with_torchvision(choice: Weights) -> None:
    import torch
    from torchvision.models import get_model, get_model_weights

    published = {entry.url: entry for entry in get_model_weights(choice.name)}[choice.url]
    assert choice.mebibytes == published.meta["_file_size"]
    transforms = published.transforms()
    assert tuple(transforms.mean) == (0.485, 0.456, 0.406)
    assert tuple(transforms.std) == (0.229, 0.224, 0.225)
    network = get_model(choice.name, weights=None)
    trunk = torch.nn.Sequential(*list(network.children())[:-2]).eval()
    with torch.inference_mode():
        assert trunk(torch.zeros(1, 3, 64, 64)).shape[:2] == (1, choice.dim)
