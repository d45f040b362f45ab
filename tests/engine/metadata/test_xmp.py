import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kindred.engine.metadata import exif, xmp
from kindred.engine.metadata.packet import Packet, read_packet, words
from tests.support.drawing import draw

PICTURE = draw(1, (32, 24))

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmp:Rating="3" exif:DateTimeOriginal="2018-07-06T05:04:03.25+01:00">
<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>Küste &amp; Sand</rdf:li></rdf:Bag></dc:subject>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">A day out</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def reread(form: str, **options: Any) -> Image.Image:
    stream = io.BytesIO()
    PICTURE.save(stream, form, **options)
    opened = Image.open(stream)
    opened.load()
    return opened


def iptc_block(*records: tuple[int, bytes]) -> bytes:
    """The APP13 segment of a JPEG, as Photoshop writes it."""
    data = b"".join(struct.pack(">BBBH", 0x1C, 2, tag, len(v)) + v for tag, v in records)
    resource = b"8BIM" + struct.pack(">HH", 0x0404, 0) + struct.pack(">I", len(data)) + data
    body = b"Photoshop 3.0\0" + resource + b"\0" * (len(data) % 2)
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def with_iptc(*records: tuple[int, bytes]) -> Image.Image:
    stream = io.BytesIO()
    PICTURE.save(stream, "JPEG")
    data = stream.getvalue()
    return Image.open(io.BytesIO(data[:2] + iptc_block(*records) + data[2:]))


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "AVIF", "TIFF"])
def test_xmp_of_every_format(form: str) -> None:
    options = {"tiffinfo": {700: XMP.encode()}} if form == "TIFF" else {"xmp": XMP.encode()}
    found = exif.read(reread(form, **options))
    assert found.keywords == ("sea", "Küste & Sand")
    assert (found.rating, found.caption) == (3, "A day out")
    assert found.taken_at == "2018-07-06T05:04:03.25+01:00"


def test_xmp_of_png() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP)
    assert exif.read(reread("PNG", pnginfo=info)).rating == 3


def test_iptc() -> None:
    picture = with_iptc((25, "Küste".encode()), (25, b"sand"), (25, b"sand"), (120, b"A caption"))
    found = exif.read(picture)
    assert (found.keywords, found.caption) == (("Küste", "sand"), "A caption")
    assert exif.read(with_iptc((25, b"caf\xe9"))).keywords == ("café",)  # Latin-1


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<x>&d;</x>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize("packet", [BOMB, OUTSIDE, b"<x", b"", b"\0" * 100, b"<x>" * 5000])
def test_hostile_xmp_says_nothing(packet: bytes) -> None:
    picture = PICTURE.copy()
    picture.info["xmp"] = packet
    found = exif.read(picture)
    assert (found.keywords, found.caption, found.rating) == ((), None, None)


def test_giant_xmp_is_not_parsed() -> None:
    assert read_packet(XMP.encode()).rating == 3
    assert read_packet(XMP.encode() + b" " * (3 << 20) + b"<!-- -->") == Packet()


@given(st.data())
def test_mutated_xmp_and_iptc_never_raise_and_stay_bounded(data: st.DataObject) -> None:
    packet = bytearray(data.draw(st.sampled_from([XMP.encode(), BOMB, OUTSIDE])))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(packet) - 1))
        way = data.draw(st.sampled_from(["flip", "cut", "double", "insert"]))
        if way == "flip":
            packet[at] ^= 1 << data.draw(st.integers(0, 7))
        elif way == "cut":
            del packet[at : at + data.draw(st.integers(1, len(packet) - at))]
        elif way == "double":
            packet[at:at] = packet[at : at + data.draw(st.integers(1, 200))]
        else:
            odd = [b"<!DOCTYPE", b"&a;", b"\0", b"\xff", b"]]>"]
            packet[at:at] = data.draw(st.sampled_from(odd))
        if not packet:
            break
    picture = PICTURE.copy()
    picture.info["xmp"] = bytes(packet)
    found = exif.read(picture)
    assert found.rating is None or 0 <= found.rating <= 5
    assert len(found.keywords) <= 100 and len(found.caption or "") <= xmp.MAX_CAPTION
    assert all(len(word) <= 100 and word.isprintable() for word in found.keywords)


@given(st.text(max_size=400), st.integers(1, 50))
def test_cleaned_text_is_short_printable_and_storable(text: str, limit: int) -> None:
    cleaned = xmp.clean(text, limit=limit)
    if cleaned is not None:
        assert 0 < len(cleaned) <= limit
        assert cleaned.isprintable()
        cleaned.encode()
    assert xmp.clean(cleaned, limit=limit) == cleaned


def test_what_is_not_text_is_dropped() -> None:
    assert [xmp.clean(value) for value in (None, 5, 1.5, (1,), "", " \n", "\ud800")] == [None] * 7


def test_keywords_are_counted() -> None:
    assert len(words(f"word {n}" for n in range(5000))) == 300


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32-le"])
def test_packets_in_any_unicode(encoding: str) -> None:
    found = read_packet(XMP.encode(encoding))
    assert (found.rating, found.keywords) == (3, ("sea", "Küste & Sand"))
