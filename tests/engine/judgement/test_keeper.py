from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindred.engine.cli.words import message_text
from kindred.engine.judgement.keeper import DEFAULT_RULES, LAST, PRESETS, preview, rank
from kindred.engine.judgement.keeper_rules import RULES
from kindred.engine.types import (
    Edit,
    EditName,
    Encoding,
    FileFacts,
    Group,
    Kind,
    Member,
    Photo,
    PhotoInfo,
    Relation,
)

PLAIN = PhotoInfo(
    width=4000, height=3000, format="JPEG", jpeg_quality=90, sharpness=100, exposure=0.5, detail=12
)
CROP = Edit(EditName.CROPPED, on_first=False)
TEXT = Edit(EditName.OVERLAID, on_first=False)
DAY = 86_400 * 10**9
SHARED_PATHS = Path("/photos")


def photo(name="a.jpg", *, content=1, mtime_ns=20_000 * DAY, **info):
    path = SHARED_PATHS / name
    return Photo(path, f"{content:064x}", content, 1000, mtime_ns, replace(PLAIN, **info))


def edited(first, second, *edits):
    return Relation(first.content, second.content, Kind.COPY, 0.9, 1.0, edits)


def decided(kept, other, rule, **options):
    """The rule keeps `kept`, in either order of the photos, and is the one that says so."""
    for photos in ([kept, other], [other, kept]):
        ranking = rank(photos, rules=DEFAULT_RULES, **options)
        assert ranking.photos == (kept, other)
        assert [reason.rule for reason in ranking.reasons] == [rule]
    return message_text(ranking.reasons[0].message)


photos = st.builds(
    lambda number, **info: photo(f"{number}.jpg", **info),
    st.integers(0, 10**6),
    content=st.integers(1, 5),
    mtime_ns=st.integers(19_000 * DAY, 19_000 * DAY + 6 * 10**9),
    width=st.sampled_from([2000, 3990, 4000]),
    format=st.sampled_from(["JPEG", "RAW", "PNG", "HEIF", "WEBP"]),
    jpeg_quality=st.sampled_from([None, 70, 89, 91]),
    sharpness=st.floats(0, 200),
    exposure=st.floats(0, 1),
    detail=st.floats(0, 20),
    damaged=st.booleans(),
    taken_at=st.sampled_from([None, "2019-05-04T10:00:00", "2019-05-04T10:00:00.5", "no time"]),
    camera=st.sampled_from([None, "Canon"]),
)
several_photos = st.lists(photos, min_size=2, max_size=7, unique_by=lambda p: p.path)
rule_orders = st.permutations(DEFAULT_RULES).flatmap(
    lambda names: st.integers(0, len(names)).map(lambda count: tuple(names[:count]))
)


class TestOrder:
    @settings(deadline=None)
    @given(several_photos, rule_orders, st.randoms())
    def test_total_and_independent_of_the_order_given(self, found, rules, random):
        ranking = rank(found, rules=rules)
        assert sorted(found, key=lambda p: p.path) == sorted(ranking.photos, key=lambda p: p.path)
        assert rank(random.sample(found, len(found)), rules=rules) == ranking

    @settings(deadline=None)
    @given(several_photos, rule_orders)
    def test_transitive_pairs_agree_with_the_whole(self, found, rules):
        ordered = rank(found, rules=rules).photos
        for place, better in enumerate(ordered):
            for worse in ordered[place + 1 :]:
                assert rank([worse, better], rules=rules).photos == (better, worse)

    @settings(deadline=None)
    @given(several_photos, rule_orders)
    def test_there_is_a_reason_in_words(self, found, rules):
        reasons = rank(found, rules=rules).reasons
        assert {reason.rule for reason in reasons} <= {*rules, LAST}
        assert [reason.rule for reason in reasons if reason.rule != LAST] == [
            rule for rule in rules if rule in {reason.rule for reason in reasons}
        ]
        assert all(
            message_text(reason.message) and len(message_text(reason.message)) <= 120
            for reason in reasons
        )
        assert reasons

    def test_one_photo_needs_no_reason(self):
        only = photo()
        assert rank([only], rules=DEFAULT_RULES).photos == (only,)
        assert rank([only], rules=DEFAULT_RULES).reasons == ()

    def test_no_photos(self):
        assert rank([], rules=DEFAULT_RULES).photos == ()


class TestRules:
    def test_whole_before_damaged_even_if_raw(self):
        text = decided(photo("b"), photo("a", damaged=True, format="RAW"), "whole")
        assert text == "whole, the other is damaged"

    def test_raw_before_rendered(self):
        assert "RAW" in decided(photo("b", format="RAW"), photo("a"), "raw")

    @pytest.mark.parametrize(
        ("name", "word"),
        [
            (EditName.CROPPED, "cropped"),
            (EditName.OVERLAID, "overlaid"),
            (EditName.SCREENSHOT, "inside another picture"),
            (EditName.BORDERED, "bordered"),
            (EditName.GREYSCALE, "greyscale"),
        ],
    )
    def test_original_before_derived_though_it_has_more_pixels(self, name, word):
        original = photo("b", content=1, detail=3, width=2000, height=1500)
        made = photo("a", content=2, detail=12)
        relation = edited(original, made, Edit(name, on_first=False))
        text = decided(original, made, "original", relations=[relation])
        assert text == f"the original, the other is {word}"

    def test_less_done_to_it(self):
        base, once, twice = (photo(str(n), content=n) for n in (1, 2, 3))
        relations = [
            edited(base, once, CROP),
            edited(base, twice, CROP, TEXT),
        ]
        ranking = rank([twice, once, base], rules=["original"], relations=relations)
        assert ranking.photos == (base, once, twice)
        assert (
            message_text(ranking.reasons[0].message)
            == "the original, the others are cropped, overlaid"
        )

    def test_an_upscaled_copy_does_not_win_on_pixels(self):
        original = photo("b", content=2, width=2000, height=1500, detail=3)
        large = photo("a", content=1, detail=3)
        text = decided(
            original, large, "original", relations=[edited(large, original, Edit(EditName.RESIZED))]
        )
        assert text == "the original, the other is upscaled"

    def test_a_reduced_copy_does(self):
        reduced = photo("a", content=1, width=2000, height=1500, detail=3)
        original = photo("b", content=2)
        relations = [edited(original, reduced, Edit(EditName.RESIZED, 0.5))]
        text = decided(original, reduced, "detail", relations=relations)
        assert text == "4000x3000, the other is smaller"

    def test_real_detail_rather_than_pixels(self):
        text = decided(photo("b", detail=12), photo("a", detail=4, width=4200), "detail")
        assert text == "real detail of 12.0 megapixels, the other is at 4.0"

    def test_less_compressed(self):
        text = decided(photo("b"), photo("a", jpeg_quality=60), "compression")
        assert text == "JPEG quality 90, the other is more compressed (JPEG quality 60)"
        png = {"format": "PNG", "jpeg_quality": None}
        assert "PNG" in decided(photo("b", **png), photo("a", jpeg_quality=60), "compression")

    def test_a_lossless_file_is_not_better_than_a_very_good_jpeg(self):
        png = photo("b", format="PNG", jpeg_quality=None)
        assert (
            rank([png, photo("a", jpeg_quality=97)], rules=["compression"]).reasons[0].rule == LAST
        )

    def test_a_lossless_copy_of_a_lossy_original_does_not_win(self):
        lossy, png = photo("bb", content=1), photo("a", content=2, format="PNG", jpeg_quality=None)
        relation = edited(lossy, png, Edit(EditName.REENCODED, on_first=False))
        text = decided(lossy, png, "original", relations=[relation])
        assert text == "the original, the other is re-encoded"
        # A JPEG made from a lossless picture is the other way round.
        decided(png, lossy, "compression", relations=[edited(lossy, png, Edit(EditName.REENCODED))])

    def test_sharper(self):
        decided(photo("b", sharpness=200), photo("a"), "sharpness")

    def test_better_exposed(self):
        decided(photo("b", exposure=0.9), photo("a"), "exposure")

    def test_more_metadata(self):
        rich = photo("b", taken_at="2019-05-04T10:00:00", latitude=1.0, camera="Canon")
        text = decided(rich, photo("a", camera="Canon"), "metadata")
        assert text == "has capture time and position, the other is without"

    def test_older(self):
        text = decided(photo("b", mtime_ns=12_000 * DAY), photo("a"), "age")
        assert text == "oldest (2002-11-09), the other is newer"

    def test_a_clock_that_was_not_set_is_not_older(self):
        decided(photo("b"), photo("a", mtime_ns=3_652 * DAY), "age")  # 1980-01-01

    def test_nearer_to_the_original(self):
        pair = [photo("a", content=1), photo("b", content=2)]
        camera = FileFacts(1, taken_at="2019-05-04T10:00:00", camera="Canon", maker_note=True)
        ranking = rank(pair, rules=["source"], facts={1: FileFacts(1), 2: camera})
        assert ranking.photos[0].path.name == "b"
        assert [reason.rule for reason in ranking.reasons] == ["source"]

    def test_a_palette_made_from_a_photo_is_no_better_for_being_lossless(self):
        pair = [photo("a", content=1), photo("b", content=2)]
        facts = {
            1: FileFacts(1, encoding=Encoding(lossless=True, colours=64)),
            2: FileFacts(1, encoding=Encoding(quality=80.0)),
        }
        assert rank(pair, rules=["compression"], facts=facts).photos[0].path.name == "b"

    def test_a_name_of_a_copy(self):
        decided(photo("b"), photo("a (1)"), "name")

    def test_capture_time_is_older_than_the_file(self):
        late, early = "2021-03-01T00:00:00", "2019-05-04T10:00:00+02:00"
        decided(photo("b", taken_at=early), photo("a", taken_at=late), "age")

    def test_times_that_fat_cannot_tell_apart(self):
        ranking = rank(
            [photo("aa", mtime_ns=DAY + 10**9), photo("b", mtime_ns=DAY)], rules=["age", "path"]
        )
        assert ranking.reasons[0].rule == "path"

    def test_folders(self):
        album, inbox = photo("album/x.jpg"), photo("inbox/x.jpg")
        preferred = [SHARED_PATHS / "album"]
        assert "preferred" in decided(album, inbox, "folder", preferred=preferred)
        protected = [SHARED_PATHS / "inbox"]
        text = decided(inbox, album, "folder", preferred=preferred, protected=protected)
        assert text == "in a protected folder, the other is elsewhere"
        first = [SHARED_PATHS / "inbox", SHARED_PATHS / "album"]
        decided(inbox, album, "folder", preferred=first)

    def test_shorter_path_then_its_bytes(self):
        decided(photo("b.jpg"), photo("a (copy).jpg"), "path")
        decided(photo("a"), photo("b"), LAST)
        decided(photo("a"), photo("\udcff"), LAST)  # not UTF-8

    def test_small_differences_do_not_decide(self):
        near = {"sharpness": 104, "exposure": 0.53, "detail": 12.2, "jpeg_quality": 92}
        ranking = rank([photo("a"), photo("b", **near)], rules=DEFAULT_RULES)
        assert ranking.reasons[0].rule == LAST


class TestChoice:
    def test_rules_can_be_reordered_and_switched_off(self):
        sharp = photo("a", sharpness=400, exposure=0.1)
        bright = photo("b", sharpness=100, exposure=0.9)
        assert rank([sharp, bright], rules=["sharpness", "exposure"]).photos[0] == sharp
        assert rank([sharp, bright], rules=["exposure", "sharpness"]).photos[0] == bright
        assert rank([sharp, bright], rules=["exposure"]).photos[0] == bright

    def test_a_rule_of_another_version_is_passed_over(self):
        assert rank([photo("a"), photo("b")], rules=["astrology"]).reasons[0].rule == LAST

    def test_presets_use_every_rule_once(self):
        for names in PRESETS.values():
            assert sorted(names) == sorted(RULES)

    def test_preview_counts_the_rule_that_leaves_one(self):
        def pair(kept, other, *edits):
            relation = Member(other, Kind.COPY, 0.9, edits=edits)
            return Group("key", Kind.COPY, (Member(kept, Kind.COPY, 1.0), relation))

        small = {"width": 2000, "height": 1500, "detail": 3}
        groups = [
            pair(photo("a", content=1), photo("b", content=2, **small)),
            pair(photo("a", content=1, **small), photo("b", content=2), TEXT),
            pair(photo("a", content=1), photo("b", content=2)),
        ]
        counts = preview(groups, rules=["original", "detail"])
        assert counts == {"original": 1, "detail": 1, LAST: 1}
        assert preview(groups, rules=["detail"]) == {"detail": 2, LAST: 1}
