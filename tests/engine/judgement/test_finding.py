"""What is typed is understood, and finds the groups that hold such a photo."""

from dataclasses import replace
from pathlib import Path

import pytest

from kindred.engine.judgement.finding import WORDS, Field, matching, terms
from kindred.engine.types import (
    Edit,
    EditName,
    Group,
    Judgement,
    Kind,
    Member,
    Photo,
    PhotoInfo,
    Tier,
)


def member(path: str, *, size: int = 100, **info: object) -> Member:
    known = replace(PhotoInfo(40, 30, "JPEG"), **info)
    return Member(Photo(Path(path), path, 1, size, 0, known), Kind.COPY, 0.9)


GROUPS = [
    Group(
        "rome",
        Kind.COPY,
        (
            member("/photos/Rome/IMG_1.jpg", size=6_000_000, taken_at="2017-07-04T10:00:00"),
            replace(
                member("/chat/a.png", size=90_000, format="PNG"),
                judgement=Judgement(Tier.EDITED),
                edits=(Edit(EditName.CROPPED, 0.5),),
            ),
        ),
    ),
    Group(
        "sea",
        Kind.SIMILAR,
        (
            member("/photos/Sea 2011/b.heic", format="HEIF", camera="Canon EOS", taken_at="2009-1"),
            member("/photos/Sea 2011/c.heic", format="HEIF", camera="Nikon"),
        ),
    ),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["rome", "sea"]),
        ("img_1", ["rome"]),
        ("IMG photos", ["rome"]),
        ("folder:sea", ["sea"]),
        ('folder:"sea 2011"', ["sea"]),
        ("name:sea", []),
        ("canon", ["sea"]),
        ("camera:nikon", ["sea"]),
        ("camera:rome", []),
        ("2017", ["rome"]),
        ("2017-07", ["rome"]),
        ("2017-08", []),
        ("2011", ["sea"]),
        ("before 2010", ["sea"]),
        ("after 2016", ["rome"]),
        ("after 2017", []),
        ("> 2016", ["rome"]),
        (">5MB", ["rome"]),
        ("< 91 kb", ["rome", "sea"]),
        ("> 80kb < 1 mb", ["rome"]),
        ("png", ["rome"]),
        ("heic", ["sea"]),
        ("cropped", ["rome"]),
        ("cropped jpg", []),  # of one photo
        ("edited", ["rome"]),
        ("similar", ["sea"]),
        ("exact", []),
        ('"sea 2011"', ["sea"]),
        ("no such thing", []),
    ],
)
def test_groups_are_found_by_what_is_typed(text: str, found: list[str]) -> None:
    assert [group.key for group in matching(GROUPS, terms(text))] == found


def test_words_of_another_language_are_known_where_they_are_given() -> None:
    words = {**WORDS, "mniejsza kopia": Tier.LESSER, "przycięte": EditName.CROPPED}
    found = terms("Przycięte mniejsza kopia rome", words=words)
    assert [(term.field, term.value) for term in found] == [
        (Field.TIER, Tier.LESSER),
        (Field.EDIT, EditName.CROPPED),
        (Field.TEXT, "rome"),
    ]


def test_a_term_says_how_it_was_typed() -> None:
    text = 'before 2010 > 5 MB folder:"a b" "c d" rome'
    assert [term.said for term in terms(text)] == [
        "before 2010",
        "> 5 MB",
        'folder:"a b"',
        '"c d"',
        "rome",
    ]


@pytest.mark.parametrize("text", ['"', "<", "> ", "folder:", "2017-13", "before", '""', "<5x"])
def test_half_typed_terms_are_words(text: str) -> None:
    assert all(term.field is Field.TEXT for term in terms(text))
