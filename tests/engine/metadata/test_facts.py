import io
import json
import struct
import time
import zlib
from typing import Any

import numpy as np
import pillow_heif
import pytest
import simplejpeg
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from kindred.engine.metadata.facts import VERSION, read_facts
from kindred.engine.store.judgements import dump_facts, load_facts
from kindred.engine.types import Encoding, FileFacts
from tests.support.drawing import draw

PICTURE = draw(1, (320, 240))
OTHER = draw(2, (320, 240))


def saved(form: str, picture: Image.Image = PICTURE, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def facts(data: bytes, name: str = "a.jpg") -> FileFacts:
    return read_facts(data, name=name)


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def with_segment(data: bytes, marker: int, body: bytes) -> bytes:
    return data[:2] + segment(marker, body) + data[2:]


def with_xmp(inside: str, data: bytes | None = None) -> bytes:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
        f'syntax-ns#">{inside}</rdf:RDF></x:xmpmeta>'
    )
    body = b"http://ns.adobe.com/xap/1.0/\0" + packet.encode()
    return with_segment(data or saved("JPEG"), 0xE1, body)


def description(attributes: str, inside: str = "") -> str:
    spaces = {
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "exif": "http://ns.adobe.com/exif/1.0/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "lr": "http://ns.adobe.com/lightroom/1.0/",
        "digiKam": "http://www.digikam.org/ns/1.0/",
        "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
        "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
        "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    }
    names = " ".join(f'xmlns:{name}="{uri}"' for name, uri in spaces.items())
    return f'<rdf:Description rdf:about="" {names} {attributes}>{inside}</rdf:Description>'


def bag(name: str, *items: str, kind: str = "Bag") -> str:
    inside = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{inside}</rdf:{kind}></{name}>"


def exif_of(
    main: dict[int, Any] | None = None,
    camera: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
) -> bytes:
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(0x8769).update(camera or {})
    exif.get_ifd(0x8825).update(gps or {})
    return exif.tobytes()


def with_exif(**parts: dict[int, Any]) -> FileFacts:
    return facts(saved("JPEG", exif=exif_of(**parts)))


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


MOVIE = (
    box(b"ftyp", b"mp42" + bytes(4) + b"isom")
    + box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(12)))))
    + box(b"mdat", bytes(500))
)


# Frames, pages and what else lies in a file.


def test_a_plain_jpeg_says_next_to_nothing() -> None:
    found = facts(saved("JPEG", quality=80))
    assert found == FileFacts(version=found.version, picture=found.picture, encoding=found.encoding)
    assert (found.encoding.quality, found.encoding.subsampling) == (80, "4:2:0")
    assert not found.encoding.progressive and not found.encoding.camera_tables
    assert [len(table) for table in found.encoding.tables] == [64, 64]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_frames_of_animations(form: str) -> None:
    data = saved(form, save_all=True, append_images=[OTHER, draw(3, (320, 240))], duration=100)
    assert facts(data, f"a.{form.lower()}").frames == 3
    assert facts(saved(form)).frames == 1


def test_pages_of_tiffs_but_not_their_previews() -> None:
    assert facts(saved("TIFF", save_all=True, append_images=[OTHER, OTHER]), "a.tif").pages == 3
    assert facts(saved("TIFF"), "a.tif").pages == 1


def test_pictures_behind_a_jpeg() -> None:
    pair = saved("MPO", save_all=True, append_images=[OTHER])
    assert facts(pair).pages == 2
    small = saved("MPO", save_all=True, append_images=[OTHER.convert("L").resize((80, 60))])
    assert (facts(small).pages, facts(small).gain_map) == (1, True)
    assert facts(pair).picture == facts(small).picture
    assert facts(pair).extras != facts(small).extras


@pytest.mark.parametrize(
    ("sign", "gain", "depth"),
    [
        ('xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"', True, False),
        ('xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/"', True, False),
        ('xmlns:depthData="http://ns.apple.com/depthData/1.0/"', False, True),
    ],
)
def test_maps_behind_a_jpeg(sign: str, gain: bool, depth: bool) -> None:
    second = with_xmp(f"<rdf:Description {sign}/>", saved("JPEG", OTHER.resize((80, 60))))
    found = facts(saved("JPEG") + second)
    assert (found.gain_map, found.depth_map, found.pages) == (gain, depth, 1)
    assert facts(saved("JPEG")).picture == found.picture


def test_a_gain_map_that_was_stripped_is_none() -> None:
    body = (
        '<rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1"/>'
    )
    assert not facts(with_xmp(body)).gain_map


def test_movies_behind_a_jpeg() -> None:
    found = facts(saved("JPEG") + MOVIE)
    assert (found.movie, found.sound) == (True, False)
    trailer = b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data"
    samsung = saved("JPEG") + trailer + MOVIE.replace(b"vide", b"vide" + bytes(9) + b"soun")
    assert (facts(samsung).movie, facts(samsung).sound) == (True, True)
    said = '<rdf:Description xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" '
    assert not facts(with_xmp(said + 'GCamera:MotionPhoto="1"/>')).movie  # it was cut off


def test_what_is_behind_a_jpeg_and_of_no_known_kind() -> None:
    plain = saved("JPEG")
    found = facts(plain + b"SEFH and more")
    assert found.trailer and found.extras and found.picture == facts(plain).picture
    assert facts(plain + b"other bytes").extras != found.extras
    for padding in (bytes(5000), b"\xff\xd9\r\n"):
        assert not facts(plain + padding).trailer
    assert not facts(plain + MOVIE).trailer and not facts(plain + plain).trailer


def test_alpha_is_transparency_in_use() -> None:
    opaque, half = PICTURE.convert("RGBA"), PICTURE.convert("RGBA")
    half.putpixel((3, 3), (1, 2, 3, 254))
    for form in ("PNG", "WEBP"):
        options = {"lossless": True} if form == "WEBP" else {}
        assert not facts(saved(form, opaque, **options)).alpha
        assert facts(saved(form, half, **options)).alpha
    assert facts(saved("PNG", half.convert("LA"))).alpha
    assert facts(saved("PNG", PICTURE.quantize(16), transparency=0)).alpha


def test_depth_and_channels() -> None:
    deep = Image.fromarray(np.arange(64 * 64, dtype=np.uint16).reshape(64, 64))
    for form in ("PNG", "TIFF"):
        assert (facts(saved(form, deep)).bits, facts(saved(form, deep)).channels) == (16, 1)
    assert facts(saved("JPEG", PICTURE.convert("L"))).channels == 1
    assert facts(saved("TIFF", PICTURE.convert("CMYK"))).channels == 4
    assert facts(saved("TIFF", PICTURE)).bits == 8
    assert facts(saved("PNG", PICTURE.convert("1"))).bits == 1


def test_profiles() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert facts(saved("JPEG", icc_profile=srgb)).profile is None
    wide = bytearray(srgb)
    at = wide.index("sRGB".encode("utf-16-be"))
    wide[at : at + 8] = "Wide".encode("utf-16-be")
    place = next(
        struct.unpack_from(">I", wide, n + 4)[0]
        for n in range(132, 132 + 12 * 20, 12)
        if wide[n : n + 4] == b"gXYZ"
    )
    wide[place + 8 : place + 20] = struct.pack(
        ">iii", *(round(65536 * v) for v in (0.205, 0.626, 0.061))
    )
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        found = facts(saved(form, icc_profile=bytes(wide)))
        assert found.wide_gamut and found.profile is not None and "Wide" in found.profile
    assert facts(saved("JPEG", icc_profile=b"\0" * 200)).wide_gamut is False


def test_a_profile_is_srgb_by_its_colours_not_by_its_name() -> None:
    srgb = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    found = []
    for gamma in (1.4, 1.8):
        other = bytearray(srgb)
        for name in (b"rTRC", b"gTRC", b"bTRC"):
            at, size = struct.unpack_from(">II", other, other.index(name) + 4)
            curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
            other[at : at + size] = curve.ljust(size, b"\0")
        found.append(facts(saved("JPEG", icc_profile=bytes(other))))
    assert found[0].profile == found[1].profile is not None
    assert len({one.colours for one in found} | {None}) == 3
    srgb[24:36] = bytes(12)  # when it was made
    assert facts(saved("JPEG", icc_profile=bytes(srgb))).colours is None


# Words and times.


def test_the_gamma_of_a_png() -> None:
    plain = saved("PNG")

    def stating(gamma: int) -> FileFacts:
        body = b"gAMA" + struct.pack(">I", gamma)
        chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
        return facts(plain[:33] + chunk + plain[33:], "a.png")

    assert stating(45_455).colours is facts(plain, "a.png").colours is None
    assert stating(100_000).colours == "gamma 1.0"
    assert not stating(100_000).wide_gamut


def test_capture_time_and_zone() -> None:
    tags = {0x9003: "2021:05:01 12:34:56", 0x9291: "123", 0x9011: "+02:00"}
    found = with_exif(main={306: "2022:01:01 00:00:00"}, camera=tags)
    assert (found.taken_at, found.zone) == ("2021-05-01T12:34:56.123", "+02:00")
    assert with_exif(main={306: "2022:01:01 10:00:00"}).taken_at == "2022-01-01T10:00:00"


@pytest.mark.parametrize(
    "never_set", ["1980:01:01 00:00:00", "1970:01:01 00:00:00", "2000:01:01 00:00:00",
                  "0000:00:00 00:00:00", "    :  :     :  :  ", "2021:02:30 10:00:00"],
)  # fmt: skip
def test_clocks_that_were_never_set(never_set: str) -> None:
    assert with_exif(camera={0x9003: never_set}).taken_at is None
    digitised = {0x9003: never_set, 0x9004: "2021:05:01 12:34:56"}
    assert with_exif(camera=digitised).taken_at == "2021-05-01T12:34:56"


def test_the_time_of_an_editor_comes_last() -> None:
    inside = description('photoshop:DateCreated="2019-01-02T03:04:05+01:00"')
    data = with_xmp(inside, saved("JPEG", exif=exif_of({306: "2022:01:01 10:00:00"})))
    assert (facts(data).taken_at, facts(data).zone) == ("2019-01-02T03:04:05", "+01:00")
    gps = {29: "2021:05:01", 7: (10.0, 34.0, 56.0)}
    edited = with_exif(main={306: "2022:01:01 10:00:00"}, gps=gps)
    assert (edited.taken_at, edited.zone) == ("2021-05-01T10:34:56", "+00:00")
    # A zone apart: this one was not set by an editor.
    assert with_exif(main={306: "2021:05:01 12:34:58"}, gps=gps).taken_at == "2021-05-01T12:34:58"


def test_positions_of_exif_and_xmp() -> None:
    found = with_exif(gps={1: "S", 2: (33.0, 51.0, 36.0), 3: "E", 4: (151.0, 12.0, 0.0)})
    assert (found.latitude, found.longitude) == pytest.approx((-33.86, 151.2))
    inside = description('exif:GPSLatitude="48,12.5N" exif:GPSLongitude="16,22,30W"')
    found = facts(with_xmp(inside))
    assert (found.latitude, found.longitude) == pytest.approx((48.208333, -16.375))
    assert with_exif(gps={1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}).latitude is None


def test_ratings() -> None:
    for text, expected in {"0": None, "3": 3, "-1": -1, "5.0": 5, "9": None, "x": None}.items():
        assert facts(with_xmp(description(f'xmp:Rating="{text}"'))).rating == expected
    assert facts(with_xmp(description('MicrosoftPhoto:Rating="75"'))).rating == 4
    assert with_exif(main={0x4746: 0}).rating is None
    assert with_exif(main={0x4746: 4}).rating == 4


def test_labels_keywords_and_people() -> None:
    inside = description(
        'xmp:Label="Red"',
        bag("dc:subject", "Rome", "sea")
        + bag("lr:hierarchicalSubject", "Places|Europe|Rome")
        + bag("digiKam:TagsList", "Places/Europe/Rome", "sea", kind="Seq")
        + bag("Iptc4xmpExt:PersonInImage", "Ada")
        + "<mwg-rs:Regions><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description "
        'mwg-rs:Name="Grace" mwg-rs:Type="Face"/></rdf:li><rdf:li rdf:parseType="Resource">'
        "<mwg-rs:Name>a cat</mwg-rs:Name><mwg-rs:Type>Pet</mwg-rs:Type></rdf:li></rdf:Bag>"
        "</mwg-rs:RegionList></mwg-rs:Regions>"
        '<x><rdf:Description MPReg:PersonDisplayName="Mary"/></x>',
    )
    found = facts(with_xmp(inside))
    assert found.label == "Red"
    assert found.keywords == ("Rome", "sea", "Places|Europe|Rome")
    assert found.people == ("Ada", "Mary", "Grace")
    assert facts(with_xmp(description('digiKam:ColorLabel="4"'))).label == "Green"
    assert facts(with_xmp(description('digiKam:ColorLabel="0"'))).label is None


def test_titles_captions_and_history() -> None:
    steps = (
        "<xmpMM:History><rdf:Seq><rdf:li stEvt:action='saved' stEvt:softwareAgent='Painter 1'/>"
        "<rdf:li rdf:parseType='Resource'><stEvt:action>cropped</stEvt:action></rdf:li>"
        "</rdf:Seq></xmpMM:History>"
    )
    inside = description(
        'xmp:CreatorTool="Painter 1"',
        "<dc:title><rdf:Alt><rdf:li xml:lang='de'>Meer</rdf:li>"
        "<rdf:li xml:lang='x-default'>Sea</rdf:li></rdf:Alt></dc:title>"
        + bag("dc:description", "A day out", kind="Alt")
        + steps,
    )
    found = facts(with_xmp(inside))
    assert (found.title, found.caption, found.software) == ("Sea", "A day out", "Painter 1")
    assert found.history == ("saved, Painter 1", "cropped")


@pytest.mark.parametrize(
    "default", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "MINOLTA DIGITAL CAMERA", "DIGITAL CAMERA",
                "Created with GIMP", "KONICA MINOLTA DIGITAL CAMERA", "SAMSUNG", " "],
)  # fmt: skip
def test_captions_of_makers_are_none(default: str) -> None:
    assert with_exif(main={270: default}).caption is None


def test_captions_of_people() -> None:
    assert with_exif(main={270: "My digital camera on a rock"}).caption is not None
    said = b"ASCII\0\0\0A day at the sea"
    assert with_exif(camera={0x9286: said}).caption == "A day at the sea"
    assert with_exif(camera={0x9286: b"ASCII\0\0\0filter: 0; jpegQuality: 90"}).caption is None


def test_who_made_it_and_who_holds_the_rights() -> None:
    found = with_exif(main={315: "Ada Lovelace", 0x8298: "(c) 2019 Ada Lovelace"})
    assert (found.author, found.copyright) == ("Ada Lovelace", "(c) 2019 Ada Lovelace")
    inside = bag("dc:creator", "Ada", "Charles", kind="Seq") + bag("dc:rights", "© A", kind="Alt")
    found = facts(with_xmp(description("", inside)))
    assert (found.author, found.copyright) == ("Ada, Charles", "© A")
    for nobody in (
        "Picasa",
        " ",
        "unknown",
        "Your Name",
        "NIKON CORPORATION",
        "Copyright (c) 2019",
    ):
        found = with_exif(main={315: nobody, 0x8298: nobody})
        assert (found.author, found.copyright) == (None, None), nobody


@pytest.mark.parametrize(
    ("comment", "caption"),
    [
        (b"Ada on the bridge, her last summer", "Ada on the bridge, her last summer"),
        (b"Z\xfcrich by night", "Zürich by night"),
        (b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 80", None),
        (b"Intel(R) JPEG Library, version [1.51.12.44]", None),
        (b"Lavc57.107.100", None),
        (b"Processed By eBay with ImageMagick, z1.1.0. ||B2", None),
        (b"AppleMark\n", None),
    ],
)
def test_the_comment_of_a_jpeg_is_a_caption_if_a_person_wrote_it(
    comment: bytes, caption: str | None
) -> None:
    assert facts(with_segment(saved("JPEG"), 0xFE, comment)).caption == caption
    captioned = saved("JPEG", exif=exif_of(main={270: "The sea"}))
    found = facts(with_segment(captioned, 0xFE, comment))
    assert (found.caption, found.comment) == ("The sea", caption)


def test_what_a_picture_was_generated_from_is_a_comment_and_no_caption() -> None:
    recipe = "a bridge at night, Steps: 20, Sampler: Euler, Seed: 7"
    texts = PngInfo()
    texts.add_text("parameters", recipe)
    found = facts(saved("PNG", pnginfo=texts), "a.png")
    assert (found.caption, found.comment) == (None, recipe)
    found = with_exif(camera={0x9286: b"UNICODE\0" + recipe.encode("utf-16")})
    assert (found.caption, found.comment) == (None, recipe)


def test_names_of_places() -> None:
    found = facts(with_xmp(description('photoshop:City="Rome" photoshop:Country="Italy"')))
    assert found.place == "Rome, Italy"


def test_a_panorama_says_how_it_is_projected() -> None:
    gpano = 'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:ProjectionType='
    found = facts(with_xmp(description(gpano + '"equirectangular"')))
    assert found.panorama == "equirectangular"


def test_iptc_words() -> None:
    records = ((25, b"sea"), (120, b"A caption"), (5, b"A title"), (55, b"20190102"),
               (60, b"030405+0100"))  # fmt: skip
    data = b"".join(struct.pack(">BBBH", 0x1C, 2, tag, len(v)) + v for tag, v in records)
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(data)) + data
    found = facts(with_segment(saved("JPEG"), 0xED, b"Photoshop 3.0\0" + resource))
    assert (found.keywords, found.caption, found.title) == (("sea",), "A caption", "A title")
    assert (found.taken_at, found.zone) == ("2019-01-02T03:04:05", "+01:00")


def test_camera_lens_and_maker_note() -> None:
    note = (
        b"Apple iOS\0\0\x01MM" + struct.pack(">HHHII", 1, 17, 2, 9, 32) + bytes(4) + b"ABCD-123\0"
    )
    found = with_exif(
        main={271: "Apple", 272: "iPhone 7", 305: "10.3"}, camera={0xA434: "back", 0x927C: note}
    )
    assert (found.camera, found.lens, found.software) == ("Apple iPhone 7", "back", "10.3")
    assert (found.maker_note, found.content_id) == (True, "ABCD-123")


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_of_every_format(form: str) -> None:
    data = saved(form, exif=exif_of({271: "Apple", 272: "iPhone 7"}))
    assert facts(data, f"a.{form.lower()}").camera == "Apple iPhone 7"


def test_texts_of_png_and_gif() -> None:
    info = PngInfo()
    info.add_text("Title", "Sea")
    info.add_text("Description", "A day out", zip=True)
    found = facts(saved("PNG", pnginfo=info))
    assert (found.title, found.caption) == ("Sea", "A day out")
    assert facts(saved("GIF", comment=b"A day out")).caption == "A day out"


# The picture itself.


def test_the_picture_is_the_same_whatever_is_written_beside_it() -> None:
    plain = saved("JPEG")
    for other in (
        saved("JPEG", exif=exif_of({271: "Apple", 0x0112: 6})),
        saved("JPEG", comment=b"words", dpi=(300, 300)),
        with_xmp(description('xmp:Rating="3"')),
        plain + b"behind it",
    ):
        assert facts(other).picture == facts(plain).picture
    assert facts(saved("JPEG", quality=90)).picture != facts(plain).picture
    assert facts(saved("JPEG", OTHER)).picture != facts(plain).picture


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_the_picture_of_other_formats(form: str) -> None:
    plain, tagged = saved(form), saved(form, exif=exif_of({271: "Apple"}))
    assert plain != tagged
    assert facts(plain).picture == facts(tagged).picture
    assert facts(saved(form, OTHER)).picture != facts(plain).picture


def test_how_it_was_compressed() -> None:
    assert facts(saved("JPEG", progressive=True)).encoding.progressive
    for quality in (5, 30, 50, 75, 97):
        assert facts(saved("JPEG", quality=quality)).encoding.quality == quality
    assert facts(saved("JPEG", subsampling=0)).encoding.subsampling == "4:4:4"
    tables = [[3] * 64, [5] * 64]
    assert facts(saved("JPEG", qtables=tables)).encoding.camera_tables
    for form, options in (("PNG", {}), ("GIF", {}), ("TIFF", {}), ("WEBP", {"lossless": True})):
        assert facts(saved(form, **options)).encoding.lossless, form
    assert not facts(saved("WEBP")).encoding.lossless
    assert facts(saved("PNG", PICTURE.quantize(64))).encoding.colours == 64


@pytest.mark.parametrize("form", ["WEBP", "AVIF", "HEIF"])
def test_quality_of_other_codecs(form: str) -> None:
    pillow_heif.register_heif_opener()
    found = [facts(saved(form, quality=q)).encoding for q in (10, 40, 70, 90)]
    scale = [encoding.quality or 0 for encoding in found]
    assert scale == sorted(set(scale)) and 0 < scale[0] < 50 and 88 < scale[-1] <= 100
    assert {encoding.subsampling for encoding in found} == {"4:2:0"}
    assert not any(encoding.lossless for encoding in found)


def test_lossless_heif() -> None:
    pillow_heif.register_heif_opener()
    data = saved("HEIF", quality=-1, chroma=444, matrix_coefficients=0)
    assert facts(data, "a.heic").encoding == Encoding(lossless=True)


def again(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


PHOTO = draw(11, (640, 480)).resize((560, 420), Image.Resampling.LANCZOS)


@pytest.mark.parametrize(("first", "second"), [(75, 85), (75, 95), (90, 95), (90, 98), (50, 75)])
def test_a_jpeg_made_from_a_coarser_one(first: int, second: int) -> None:
    assert not facts(saved("JPEG", PHOTO, quality=second)).encoding.compressed_before
    twice = saved("JPEG", again(saved("JPEG", PHOTO, quality=first)), quality=second)
    assert facts(twice).encoding.compressed_before


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_lossless_files_made_from_a_jpeg(form: str) -> None:
    def before(picture: Image.Image) -> bool:
        data = saved(form, picture)
        found = read_facts(data, name="a", pixels=lambda: np.asarray(picture))
        return found.encoding.compressed_before

    decoded = again(saved("JPEG", PHOTO, quality=85))
    assert before(decoded)
    assert before(again(saved("JPEG", PHOTO, quality=60)).crop((3, 5, 560, 420)))
    assert not before(PHOTO)
    assert not before(decoded.resize((420, 315)))


def test_drawings_are_no_jpegs() -> None:
    drawing = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(drawing)
    for n in range(200):
        pen.text((20 + 60 * (n % 10), 20 * (n // 10)), f"word {n}", fill=(n % 3 * 40,) * 3)
    assert not facts(saved("PNG", drawing)).encoding.compressed_before
    assert not facts(saved("JPEG", drawing, quality=90)).encoding.compressed_before


# Damage.


def test_damage_of_jpegs() -> None:
    data = saved("JPEG", draw(5, (640, 480)), quality=92)
    assert facts(data).damage == 0
    assert facts(data[: len(data) // 2]).damage > 0
    assert facts(data[: len(data) // 2] + b"\xff\xd9").damage > 0
    half = len(data) // 2
    assert facts(data[:half] + bytes(len(data) - half)).damage > 0
    assert facts(data[:-2] + bytes(20) + b"\xff\xd9").damage == 0  # filled up, nothing is lost


def test_damage_of_other_formats() -> None:
    png = saved("PNG")
    assert facts(png).damage == 0
    assert facts(png[:-100]).damage > 0
    hole = bytearray(png)
    hole[len(png) // 2] ^= 1
    assert facts(bytes(hole)).damage > 0
    for form in ("WEBP", "GIF", "TIFF", "AVIF"):
        whole = saved(form)
        assert facts(whole).damage == 0, form
        if form != "TIFF":  # has its directory at its end: nothing can be read of it then
            assert facts(whole[: len(whole) * 2 // 3]).damage > 0, form


def thumbnail_in_exif(small: Image.Image) -> bytes:
    """An EXIF block whose second directory holds a JPEG."""
    jpeg = saved("JPEG", small)
    first = struct.pack("<H", 1) + struct.pack("<HHI4s", 271, 2, 4, b"Cam\0")
    second = struct.pack("<H", 2)
    start = 8 + len(first) + 4 + len(second) + 24 + 4
    second += struct.pack("<HHII", 513, 4, 1, start) + struct.pack("<HHII", 514, 4, 1, len(jpeg))
    after = struct.pack("<I", 8 + len(first) + 4)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + first + after + second + bytes(4) + jpeg


def test_thumbnails() -> None:
    picture = draw(7, (640, 480))
    small = picture.resize((160, 120))

    def agrees(picture: Image.Image, small: Image.Image) -> bool | None:
        return facts(
            with_segment(saved("JPEG", picture), 0xE1, thumbnail_in_exif(small))
        ).thumbnail_agrees

    assert agrees(picture, small) is True
    assert agrees(picture.crop((100, 60, 500, 360)), small) is False
    assert agrees(draw(8, (640, 480)), small) is False
    assert agrees(picture.transpose(Image.Transpose.ROTATE_90), small) is True
    assert agrees(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), small) is False
    wide = picture.crop((0, 0, 640, 360))
    barred = Image.new("RGB", (160, 120))
    barred.paste(wide.resize((160, 90)), (0, 15))
    assert agrees(wide, barred) is True
    assert facts(saved("JPEG", picture)).thumbnail_agrees is None


# How it is stored.


def test_stored_facts() -> None:
    inside = description('xmp:Rating="3"', bag("dc:subject", "Küste", "sea"))
    found = facts(with_xmp(inside, saved("JPEG", exif=exif_of({271: "Apple"}))))
    assert load_facts(dump_facts(found), version=VERSION) == found
    assert load_facts("{}", version=0) == FileFacts()
    assert len(dump_facts(FileFacts())) < 5
    newer = json.dumps({"rating": 3, "unheard": [1], "encoding": {"unheard": 1, "quality": 3.0}})
    assert load_facts(newer, version=1).rating == 3
    assert load_facts(newer, version=1).encoding.quality == 3.0


# Hostile files.


SEEDS = [
    with_xmp(description('xmp:Rating="3"'), saved("JPEG", exif=exif_of({271: "A"}, {0x9003: "2"})))
    + MOVIE,
    saved("MPO", PICTURE.resize((32, 24)), save_all=True, append_images=[OTHER.resize((32, 24))]),
    saved("PNG", PICTURE.resize((32, 24)).convert("RGBA"), exif=exif_of({271: "A"})),
    saved("GIF", PICTURE.resize((32, 24)), save_all=True, append_images=[OTHER.resize((32, 24))]),
    saved("WEBP", PICTURE.resize((32, 24)), exif=exif_of({271: "A"})),
    saved("TIFF", PICTURE.resize((32, 24)), save_all=True, append_images=[OTHER]),
    saved("AVIF", PICTURE.resize((32, 24)), exif=exif_of({271: "A"})),
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_bytes_raise(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 10))):
        if len(content) < 20:
            break
        at = data.draw(st.integers(0, min(len(content) - 1, 2000)))
        way = data.draw(st.sampled_from(["set", "cut", "double", "short"]))
        if way == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif way == "cut":
            del content[at : at + data.draw(st.integers(1, 50))]
        elif way == "double":
            content[at:at] = content[at : at + data.draw(st.integers(1, 200))]
        else:
            del content[max(at, 16) :]
    name = data.draw(st.sampled_from(["a.jpg", "a.nef", "a"]))
    found = read_facts(bytes(content), name=name)
    assert found.picture is not None
    assert load_facts(dump_facts(found), version=VERSION) == found
    assert found.rating is None or found.rating in (-1, 1, 2, 3, 4, 5)
    assert found.latitude is None or abs(found.latitude) <= 90


@given(st.binary(max_size=400), st.sampled_from([seed[:12] for seed in SEEDS]))
def test_any_bytes_behind_a_signature(garbage: bytes, signature: bytes) -> None:
    assert read_facts(signature + garbage, name="a.jpg").picture is not None


def test_texts_are_inflated_within_bounds() -> None:
    bomb = zlib.compress(bytes(50 << 20))
    body = b"Comment\0\0" + bomb
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    png = saved("PNG")
    assert facts(png[:33] + chunk + png[33:]).damage == 0


_JPEG = saved("JPEG", PICTURE.resize((32, 24)))
_MANY = 4 << 20
_SOON = 30  # seconds of processor time; each took minutes when it looped over all for each


@pytest.mark.parametrize(
    "content",
    [
        _JPEG[:2] + b"\xff" * _MANY,
        _JPEG[:2] + b"\xff\xfe\0\2" * (_MANY // 4),
        _JPEG + b"ftyp" * (_MANY // 4),
        _JPEG + b"\xff\xd8\xff" * (_MANY // 3),
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * (_MANY // 12),
        b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe\0" * (_MANY // 3),
        b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x08free" * (_MANY // 8),
        b"II*\0\x08\0\0\0" + (struct.pack("<H", 1000) + b"\xe8\x03" * 5) * (_MANY // 12),
    ],
    ids=["fill", "comments", "movies", "streams", "texts", "extensions", "boxes", "directories"],
)
def test_hostile_repetition_takes_no_time(content: bytes) -> None:
    before = time.process_time()
    assert read_facts(content, name="a.jpg").picture is not None
    assert time.process_time() - before < _SOON


def test_one_part_named_many_times_is_read_twice_at_most() -> None:
    parts = 5000
    entries = ((256, 4, 1, 64), (257, 4, 1, 64), (273, 4, parts, 200), (279, 4, parts, 20200))
    head = struct.pack("<2sHIH", b"II", 42, 8, 4)
    head += b"".join(struct.pack("<HHII", *entry) for entry in entries)
    places = struct.pack("<I", 0) * parts + struct.pack("<I", _MANY) * parts
    before = time.process_time()
    facts((head.ljust(200, b"\0") + places).ljust(_MANY, b"\1"), "a.tif")
    assert time.process_time() - before < _SOON


def test_cmyk_jpegs() -> None:
    whole = saved("JPEG", PICTURE.convert("CMYK"))
    assert (facts(whole).channels, facts(whole).damage) == (4, 0)
    assert facts(whole[: len(whole) // 2] + b"\xff\xd9").damage > 0


def test_tables_of_programs_and_cameras() -> None:
    base = [16, 16, 16, 18, 25, 37, 56, 85, 16, 17, 20, 27, 34, 40, 53, 75,
            16, 20, 24, 31, 43, 62, 91, 135, 18, 27, 31, 40, 53, 74, 106, 156,
            25, 34, 43, 53, 69, 94, 131, 189, 37, 40, 62, 74, 94, 124, 169, 238,
            56, 53, 91, 106, 131, 169, 226, 311, 85, 75, 135, 156, 189, 238, 311, 418]  # fmt: skip
    scaled = [min(255, max(1, (step * 50 + 50) // 100)) for step in base]  # quality 75
    assert not facts(saved("JPEG", qtables=[scaled, scaled])).encoding.camera_tables
    other = saved("JPEG", qtables=[[3] * 64, [5] * 64])
    assert facts(other).encoding.camera_tables
    adobe = with_segment(other, 0xEE, b"Adobe\0d\0\0\0\0\1")
    assert not facts(adobe).encoding.camera_tables


def test_a_picture_that_stops_in_grey_is_damaged() -> None:
    whole = saved("JPEG", quality=90)
    cut = simplejpeg.decode_jpeg(whole[: len(whole) // 2] + b"\xff\xd9", strict=False)
    again = Image.fromarray(cut)  # by a program that did not mind
    assert facts(saved("JPEG", again, quality=92)).damage
    assert facts(saved("PNG", again), "a.png").damage
    assert not facts(whole).damage
    framed = Image.new("RGB", (320, 400), (128, 128, 128))
    framed.paste(PICTURE, (0, 0))
    assert not facts(saved("JPEG", framed)).damage
    assert not facts(saved("JPEG", Image.new("RGB", (320, 240), (128, 128, 128)))).damage


def test_a_file_whose_facts_cannot_be_read_holds_what_no_other_does() -> None:
    pages = io.BytesIO()
    PICTURE.save(pages, "TIFF", save_all=True, append_images=[PICTURE])
    data = bytearray(pages.getvalue())
    lengths = data.rindex(struct.pack("<HHI", 279, 4, 1))
    data[lengths : lengths + 12] = struct.pack("<HHII", 279, 5, 1, len(data))  # a share, 0 of 0
    found = facts(bytes(data) + bytes(8), "a.tif")
    assert found.trailer and found.extras and found.damage
