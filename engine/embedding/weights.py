"""The networks a user can choose beside the built-in one, and fetching their weights."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from kindred.engine.errors import ModelError
from kindred.engine.messages import Code, cause
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken, Meter, ProgressSink, Stage

log = logging.getLogger(__name__)

_CHUNK = 1 << 18  # bytes between two looks at the token
_TIMEOUT = 30  # seconds without an answer

Opener = Callable[[Request], Any]  # like urllib.request.urlopen


@dataclass(frozen=True, slots=True)
class Weights:
    """One torchvision model with ImageNet weights. The URL is that of torchvision's own enum."""

    name: str  # torchvision's
    label: str
    dim: int  # channels of the last feature map
    mebibytes: float  # of the file, as torchvision states it
    file: str  # its name without the first digits of the SHA-256, which torchvision ends it in
    sha256: str  # of the whole file

    @property
    def url(self) -> str:
        return f"https://download.pytorch.org/models/{self.stem}.pth"

    @property
    def stem(self) -> str:
        return f"{self.file}-{self.sha256[:8]}"

    @property
    def size_bytes(self) -> int:
        return round(self.mebibytes * 2**20)

    def path(self, home: Home) -> Path:
        return home.models / f"{self.stem}.pth"


# The digests come from public projects that pinned these files: torchvision publishes only their
# first digits (a test compares those). A wrong one would refuse the file, not let another in.
CATALOGUE = (
    Weights(
        "mobilenet_v3_large",
        "MobileNetV3 large",
        960,
        21.107,
        "mobilenet_v3_large",
        "5c1a416349c4cf298f2a6a5e2600ed0ee55e604713578f5e74e6bc8bcaef7997",
    ),
    Weights(
        "efficientnet_b0",
        "EfficientNet B0",
        1280,
        20.451,
        "efficientnet_b0_rwightman",
        "7f5810bc96def8f7552d5b7e68d53c4786f81167d28291b21c0d90e1fca14934",
    ),
    Weights(
        "resnet50",
        "ResNet-50",
        2048,
        97.79,
        "resnet50",
        "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca",
    ),
    Weights(
        "regnet_y_3_2gf",
        "RegNetY 3.2 GF",
        1512,
        74.567,
        "regnet_y_3_2gf",
        "9180c971ec98fcbe80c86a69724e6738acc91618d526b1172a30fcf0c8f1030f",
    ),
    Weights(
        "convnext_tiny",
        "ConvNeXt tiny",
        768,
        109.119,
        "convnext_tiny",
        "983f1562536e84ff750a1576fb08e54de751dbf2e17c0d8a4a13704341fdcd3d",
    ),
)


def find(name: str) -> Weights:
    """Raises ModelError when torchvision's `name` is not among the choices."""
    for weights in CATALOGUE:
        if weights.name == name:
            return weights
    raise ModelError(Code.NO_MODEL, model=name)


def download(name: str, *, home: Home, token: CancelToken, progress: ProgressSink) -> Path:
    """The file of `name`'s weights, fetched if it is not there yet. See `fetch`."""
    return fetch(find(name), home=home, token=token, progress=progress, opener=open_https)


def fetch(
    weights: Weights, *, home: Home, token: CancelToken, progress: ProgressSink, opener: Opener
) -> Path:
    """Fetches `weights` into `home.models`, checks their SHA-256, and only then gives them a name.

    What an earlier, stopped download left is continued. Progress counts bytes. Raises ModelError
    when the network or the disk fails or the hash differs, Cancelled when `token` is stopped.
    """
    target = weights.path(home)
    if target.exists():
        return target
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _transfer(weights.url, part, token=token, progress=progress, opener=opener)
        if sha256(part) != weights.sha256:
            part.unlink()
            raise ModelError(Code.DOWNLOAD_DAMAGED, model=weights.label)
        part.replace(target)
    except OSError as error:  # URLError too
        raise ModelError(Code.DOWNLOAD_FAILED, model=weights.label, why=cause(error)) from error
    return target


def open_https(request: Request) -> Any:
    """urlopen for HTTPS addresses only, redirections included."""
    _require_https(request.full_url)
    response = urlopen(request, timeout=_TIMEOUT)  # noqa: S310 - checked
    try:
        _require_https(response.url)
    except ModelError:
        response.close()
        raise
    return response


def _require_https(url: str) -> None:
    if not url.startswith("https://"):
        raise ModelError(Code.NOT_HTTPS, url=url)


def _transfer(
    url: str, part: Path, *, token: CancelToken, progress: ProgressSink, opener: Opener
) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "kindred"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        response = opener(Request(url, headers=headers))  # noqa: S310 - checked by open_https
    except HTTPError as error:
        if error.code != 416 or not have:  # 416: there is nothing after what we have
            raise
        return
    with response, part.open("ab" if response.status == 206 else "wb") as file:
        meter = Meter(progress)
        done = file.tell()
        meter.start(Stage.DOWNLOADING, done + int(response.headers.get("Content-Length") or 0))
        meter.advance(done)
        while chunk := response.read(_CHUNK):
            token.check()
            file.write(chunk)
            meter.advance(len(chunk))


def sha256(path: Path) -> str:
    """Of the bytes of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
