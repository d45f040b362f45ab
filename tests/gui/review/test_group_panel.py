"""The group panel: what it says of a group, in the colours of the theme."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kindred.engine.types import Group, Judgement, Kind, Photo, Tier, Why
from kindred.gui.review.group_panel import GroupPanel, judged_text, reasons_text
from kindred.gui.services.formatting import kind_text
from kindred.gui.widgets import theme


def test_the_colour_of_the_kind_follows_the_theme(
    qapp: QApplication,
    qtbot: QtBot,
    photo: Callable[..., Photo],
    group: Callable[..., Group],
) -> None:
    panel = GroupPanel(QWidget(), QWidget())
    qtbot.addWidget(panel)
    panel.show()
    for kind in (Kind.COPY, Kind.SIMILAR, Kind.IDENTICAL):
        panel.show_group(group([photo(1), photo(2)], kind=kind), row=0, total=1)
        label = next(one for one in panel.findChildren(QLabel) if one.property("role") == str(kind))
        assert label.accessibleName() == f"{kind_text(kind)} · 2 photos"
        assert label.palette().windowText().color() == theme.tokens().kind(kind)
    theme.choose(qapp, "dark")
    assert label.palette().windowText().color() == theme.DARK.identical


def test_the_panel_says_how_many_can_go_and_why_the_others_are_left(
    photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    made = group([photo(n) for n in range(4)])
    stays = made.keeper.path
    judgements = [
        Judgement(Tier.EXACT),
        Judgement(Tier.EXACT, stays, why=Why.SAME_BYTES),
        Judgement(Tier.EDITED, why=Why.LOSES),
        Judgement(Tier.EDITED, why=Why.LOSES),
    ]
    members = zip(made.members, judgements, strict=True)
    judged = replace(made, members=tuple(replace(m, judgement=j) for m, j in members))
    assert judged_text(judged) == (
        "1 can go: nothing in it would be lost · left to you: something would be lost"
    )
    assert judged_text(made) == ""
    assert judged_text(replace(judged, kind=Kind.SIMILAR)) == ""


def test_of_photos_with_one_name_the_folder_tells_which_is_suggested(
    photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    made = group([photo(1, name="a/one.jpg"), photo(2, name="b/one.jpg")])
    assert f"one.jpg in {made.keeper.path.parent}, because" in reasons_text(made)
    other = group([photo(1, name="a/one.jpg"), photo(2, name="b/two.jpg")])
    assert "one.jpg, because" in reasons_text(other)
