"""The review page: keys, marks, decisions, folding, filters, and what happens on regrouping."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QMenu,
    QMessageBox,
    QSlider,
)
from pytestqt.qtbot import QtBot

from kindred.engine.judgement.suggestions import BULK
from kindred.engine.types import Group, Judgement, Kind, Photo, Tier
from kindred.gui.compare.compare_view import CompareView
from kindred.gui.review import group_list
from kindred.gui.review.marks import index
from kindred.gui.review.review_page import ReviewPage
from kindred.gui.services.context import Context
from kindred.gui.services.requests import MarkRequest
from kindred.gui.widgets.photo_list import CardMenu

Key = Qt.Key


@pytest.fixture
def groups(photo: Callable[..., Photo], group: Callable[..., Group]) -> list[Group]:
    """Two copy groups, the larger first, and a similar group with a folded copy."""
    return [
        group([photo(n, side=640) for n in (1, 2, 3)], key="large"),
        group([photo(n) for n in (4, 5)], key="small", kind=Kind.IDENTICAL),
        group([photo(n) for n in (6, 7, 8)], key="shots", kind=Kind.SIMILAR, stacks=[0, 1, 1]),
    ]


@pytest.fixture
def page(groups: list[Group], shelf: Callable[[list[Group]], Context], qtbot: QtBot) -> ReviewPage:
    made = ReviewPage(shelf(groups))
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: len(made.groups.listed) == 3)
    return made


def judged(group: Group, *tiers: Tier) -> Group:
    """The group with its photos after the first in these tiers."""
    judgements = [Judgement(tier, group.keeper.path if tier in BULK else None) for tier in tiers]
    members = [
        replace(member, judgement=judgement)
        for member, judgement in zip(group.members[1:], judgements, strict=True)
    ]
    return replace(group, members=(group.members[0], *members))


def press(page: ReviewPage, qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(page.photos, key)


def marked(page: ReviewPage) -> dict[str, str]:
    return {path.name: mark for path, mark in page.marks.all.items()}


@pytest.fixture
def sure(page: ReviewPage, groups: list[Group]) -> ReviewPage:
    """The page with the large group judged: one lesser copy, one edited; the small one is exact."""
    judged_groups = [
        judged(groups[0], Tier.LESSER, Tier.EDITED),
        judged(groups[1], Tier.EXACT),
        groups[2],
    ]
    page.context.library.groups = lambda *, strictness: judged_groups
    page.take(index(judged_groups))
    return page


def test_keeping_the_suggested_photo_marks_only_what_loses_nothing(sure: ReviewPage) -> None:
    page = sure
    assert page.photo_model.group.key == "large"
    page.keep_best()
    assert marked(page) == {"1.jpg": "keep", "2.jpg": "remove"}
    assert page.photo_model.group.key == "small"
    assert page.panel.hint.words.startswith("1 photo of the last group is left to you")
    page.steps.undo()
    assert marked(page) == {}


def test_the_chosen_photo_is_kept_whatever_is_suggested(sure: ReviewPage, qtbot: QtBot) -> None:
    page = sure
    with qtbot.waitActive(page):
        page.activateWindow()
    page.photos.setFocus()
    press(page, qtbot, Key.Key_3, Key.Key_X)
    assert marked(page) == {"3.jpg": "remove"}
    press(page, qtbot, Key.Key_K)
    assert marked(page) == {"3.jpg": "keep"}  # nothing was judged by it, so nothing else is marked
    page.groups.go(0)
    press(page, qtbot, Key.Key_3)
    qtbot.keyClick(page.photos, Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert marked(page) == {"1.jpg": "remove", "2.jpg": "remove", "3.jpg": "keep"}
    page.groups.go(0)
    press(page, qtbot, Key.Key_B)
    assert marked(page) == {"1.jpg": "keep", "2.jpg": "remove", "3.jpg": "keep"}


def test_every_step_is_taken_back_and_done_again(sure: ReviewPage, qtbot: QtBot) -> None:
    page = sure
    for row in (1, 2):
        page.toggle(row)
    page.not_duplicates()
    page.keep_best()
    after = marked(page)
    for _ in range(4):
        page.steps.undo()
    assert marked(page) == {}
    qtbot.waitUntil(lambda: len(page.groups.listed) == 3)
    for _ in range(4):
        page.steps.redo()
    assert marked(page) == after == {"4.jpg": "keep", "5.jpg": "remove"}
    assert "large" not in [group.key for group in page.groups.listed]


def test_steps_outlive_a_removal(sure: ReviewPage) -> None:
    page = sure
    page.toggle(2)
    page.keep_best()
    page.forget_photos(page.marks.removed)
    assert marked(page) == {"1.jpg": "keep"}
    page.steps.undo()
    assert marked(page) == {}


def test_several_photos_are_marked_at_once(page: ReviewPage, qtbot: QtBot) -> None:
    ctrl = Qt.KeyboardModifier.ControlModifier
    page.photos.select(1)
    place = page.photos.visualRect(page.photo_model.index(2)).center()
    qtbot.mouseClick(page.photos.viewport(), Qt.MouseButton.LeftButton, ctrl, place)
    assert page.photos.rows == [1, 2]
    page.toggle_chosen()
    assert marked(page) == {"2.jpg": "remove", "3.jpg": "remove"}


def test_the_menu_of_a_photo_does_what_the_keys_do(
    page: ReviewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: menus.append(menu))

    def choose(row: int, key: str) -> None:
        page.hero.menu_asked.emit(CardMenu(row, QPoint(9, 9)))
        wanted = [one for one in menus[-1].actions() if one.text().endswith(f"\t{key}")]
        assert len(wanted) == 1
        wanted[0].trigger()

    choose(1, "X")
    assert marked(page) == {"2.jpg": "remove"}
    choose(1, "X")
    assert marked(page) == {}
    choose(1, "K")
    assert marked(page) == {"2.jpg": "keep"}


def test_the_list_keeps_its_place_while_it_grows(
    page: ReviewPage, photo: Callable[..., Photo], group: Callable[..., Group], qtbot: QtBot
) -> None:
    photos = [photo(1), photo(2)]
    some = [group(photos, key=f"group {n}") for n in range(0, 60, 2)]
    page.take(index(some))
    page.groups.go(20)
    view = page.groups.view
    before = view.visualRect(view.currentIndex()).top()
    key = page.photo_model.group.key
    more = [group(photos, key=f"group {n}") for n in range(60)]
    page.take(index(more))
    assert page.photo_model.group.key == key
    assert page.groups.row != 20
    assert view.visualRect(view.currentIndex()).top() == before


def test_place_and_tiers_survive_the_window(
    groups: list[Group], shelf: Callable[[list[Group]], Context], page: ReviewPage, qtbot: QtBot
) -> None:
    page.groups.filter.tiers.choose({Tier.EXACT, Tier.SIMILAR})
    page.groups.go(1)
    page.remember()
    again = ReviewPage(page.context)
    qtbot.addWidget(again)
    again.refresh()
    qtbot.waitUntil(lambda: len(again.groups.listed) == 2)
    assert again.photo_model.group.key == "shots"
    assert again.groups.filter.tiers.chosen == {Tier.EXACT, Tier.SIMILAR}


def test_screen_readers_hear_of_marks(
    page: ReviewPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = page.groups.view.model()
    monkeypatch.setattr(group_list.QAccessible, "isActive", lambda: True)
    with qtbot.waitSignal(model.dataChanged) as heard:
        page.toggle(1)
    first, last = heard.args[:2]
    assert (first.row(), last.row()) == (0, 2)
    assert "to remove" in first.data(Qt.ItemDataRole.AccessibleTextRole)


def test_keys_walk_photos_and_groups(page: ReviewPage, qtbot: QtBot) -> None:
    press(page, qtbot, Key.Key_Right, Key.Key_Right, Key.Key_Right)
    assert page.photos.currentIndex().row() == 2
    press(page, qtbot, Key.Key_1)
    assert page.photos.currentIndex().row() == 0
    press(page, qtbot, Key.Key_Down)
    assert page.photo_model.group.key == "small"
    press(page, qtbot, Key.Key_Up, Key.Key_Up)
    assert page.photo_model.group.key == "large"
    qtbot.keyClick(page.groups.view, Key.Key_Right)
    assert page.photos.currentIndex().row() == 1


def test_one_photo_of_a_group_always_stays(page: ReviewPage, qtbot: QtBot) -> None:
    for row in range(3):
        page.toggle(row)
    assert marked(page) == {"1.jpg": "remove", "2.jpg": "remove"}
    assert "has to stay" in page.panel.hint.text()
    page.toggle(0)
    assert marked(page) == {"2.jpg": "remove"}
    assert page.panel.hint.text().strip() == ""


def test_marks_of_the_compare_view_are_taken_back_by_the_same_key(
    page: ReviewPage, qtbot: QtBot
) -> None:
    page.groups.go(1)
    page.compare()
    compare = page.findChild(CompareView)
    for key, marks in (
        (Key.Key_X, {"5.jpg": "remove"}),
        (Key.Key_X, {}),
        (Key.Key_K, {"5.jpg": "keep"}),
    ):
        qtbot.keyClick(compare.canvas, key)
        assert marked(page) == marks
    for key in (Key.Key_X, Key.Key_Up, Key.Key_X):
        qtbot.keyClick(compare.canvas, key)
    assert marked(page) == {"5.jpg": "remove"}
    assert "has to stay" in compare.readout
    qtbot.keyClick(compare.canvas, Key.Key_K)
    assert "has to stay" not in compare.readout


def test_buttons_have_keys_that_work(page: ReviewPage, qtbot: QtBot) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    page.photos.setFocus()
    qtbot.keyClick(page.photos, Key.Key_2)
    qtbot.keyClick(page.photos, Key.Key_X)
    assert marked(page) == {"2.jpg": "remove"}
    qtbot.keyClick(page.photos, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert marked(page) == {}
    qtbot.keyClick(page.photos, Key.Key_K)
    assert page.photo_model.group.key == "small"


def test_bulk_buttons_say_what_they_mark_and_mark_no_more(
    page: ReviewPage, groups: list[Group], qtbot: QtBot
) -> None:
    bulk, left = page.groups.bulk, Qt.MouseButton.LeftButton
    assert not bulk.exact.isEnabled()  # nothing was judged to be safe
    large, small = judged(groups[0], Tier.LESSER, Tier.EDITED), judged(groups[1], Tier.EXACT)
    page.take(index([large, small, groups[2]]))
    assert bulk.exact.text() == bulk.exact.accessibleName() == "Mark exact copies (1)"
    assert bulk.lesser.text() == "+ lesser copies (1)"
    qtbot.mouseClick(bulk.exact, left)
    assert marked(page) == {"4.jpg": "keep", "5.jpg": "remove"}
    assert page.panel.hint.text() == "1 photo marked for removal."
    qtbot.mouseClick(bulk.lesser, left)
    both = {"1.jpg": "keep", "2.jpg": "remove", "4.jpg": "keep", "5.jpg": "remove"}
    assert marked(page) == both
    qtbot.mouseClick(bulk.lesser, left)
    assert "Nothing more to mark" in page.panel.hint.text()
    page.steps.undo()
    assert marked(page) == {"4.jpg": "keep", "5.jpg": "remove"}
    page.steps.undo()
    assert marked(page) == {}
    page.groups.filter.tiers.choose({Tier.SIMILAR})
    assert bulk.lesser.text() == "+ lesser copies (0)"
    assert not bulk.lesser.isEnabled() and not bulk.more.isEnabled()


@pytest.mark.parametrize(("agreed", "left"), [(True, {"1.jpg": "keep", "3.jpg": "remove"}),
                                             (False, {})])  # fmt: skip
def test_edited_copies_are_marked_after_a_word_of_warning(
    page: ReviewPage, groups: list[Group], qtbot: QtBot, agreed: bool, left: dict[str, str]
) -> None:
    page.take(index([judged(groups[0], Tier.LESSER, Tier.EDITED)]))
    bulk, said = page.groups.bulk, []
    assert bulk.edited.text() == "Mark edited copies (1)…"

    def answer() -> None:
        box = QApplication.activeModalWidget()
        said.append(f"{box.text()} {box.informativeText()}")
        wanted = QMessageBox.ButtonRole.AcceptRole if agreed else QMessageBox.ButtonRole.RejectRole
        next(one for one in box.buttons() if box.buttonRole(one) is wanted).click()

    QTimer.singleShot(0, answer)
    bulk.edited.trigger()
    assert "Look at each" in said[0]
    assert marked(page) == left


def test_nothing_is_marked_in_bulk_before_all_groups_are_read(
    page: ReviewPage, groups: list[Group]
) -> None:
    page.take(index([judged(groups[1], Tier.EXACT)]), partial=True)
    assert not page.groups.bulk.exact.isEnabled()


def test_folded_copies_are_marked_together(page: ReviewPage, qtbot: QtBot) -> None:
    page.groups.go(2)
    assert page.photo_model.rowCount() == 2
    page.toggle(1)
    assert marked(page) == {"7.jpg": "remove", "8.jpg": "remove"}
    page.toggle(1)
    page.photos.delegate.fold_clicked.emit(1)
    assert page.photo_model.rowCount() == 3
    page.toggle(2)
    assert marked(page) == {"8.jpg": "remove"}


def test_copies_are_folded_by_key_and_from_the_menu(
    page: ReviewPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: menus.append(menu))
    press(page, qtbot, Key.Key_F)
    assert page.photo_model.rowCount() == 3  # a group of copies has none to fold
    page.groups.go(2)
    press(page, qtbot, Key.Key_F)
    assert page.photo_model.rowCount() == 2  # the first shot has no copies
    press(page, qtbot, Key.Key_2, Key.Key_F)
    assert page.photo_model.rowCount() == 3
    press(page, qtbot, Key.Key_3, Key.Key_F)
    assert page.photo_model.rowCount() == 2
    assert page.photos.currentIndex().row() == 1
    for text, rows in (("Show the copies\tF", 3), ("Fold the copies\tF", 2)):
        page.photos.menu_asked.emit(CardMenu(1, QPoint(9, 9)))
        next(action for action in menus[-1].actions() if action.text() == text).trigger()
        assert page.photo_model.rowCount() == rows


def test_protected_photos_are_not_marked(
    page: ReviewPage, groups: list[Group], photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    photos = [photo(n, side=640) for n in (1, 2, 3)]
    page.take(index([group(photos, key="large", locked={photos[1].path})]))
    page.toggle(1)
    assert marked(page) == {}
    assert "protected" in page.panel.hint.text()
    page.photos.select(0)
    page.keep_only_chosen()
    assert marked(page) == {"1.jpg": "keep", "3.jpg": "remove"}


def test_the_best_shots_are_kept_by_number(page: ReviewPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page.photos, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert marked(page) == {"1.jpg": "keep", "2.jpg": "keep", "3.jpg": "remove"}
    page.steps.undo()
    page.groups.go(2)
    page.keep_best_shots(1)  # the copies of a shot that goes go with it
    assert marked(page) == {"6.jpg": "keep", "7.jpg": "remove", "8.jpg": "remove"}


def test_not_duplicates_is_remembered_and_undone(page: ReviewPage, qtbot: QtBot) -> None:
    page.not_duplicates()
    assert [group.key for group in page.groups.listed] == ["small", "shots"]
    page.refresh()
    qtbot.waitUntil(lambda: not page.context.tasks.reading)
    assert [group.key for group in page.groups.listed] == ["small", "shots"]
    page.steps.undo()
    qtbot.waitUntil(lambda: len(page.groups.listed) == 3)


def test_what_is_no_duplicate_does_not_stay_marked(page: ReviewPage, qtbot: QtBot) -> None:
    page.keep_only_chosen()
    page.groups.go(0)
    page.not_duplicates()
    assert marked(page) == {"1.jpg": "keep"}
    page.steps.undo()
    assert marked(page) == {"1.jpg": "keep", "2.jpg": "remove", "3.jpg": "remove"}
    qtbot.waitUntil(lambda: len(page.groups.listed) == 3)


def test_a_protected_photo_that_stands_for_copies_is_not_marked_through_them(
    page: ReviewPage, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    photos = [photo(n) for n in (6, 7, 8)]
    locked = {photos[1].path}
    shots = group(photos, key="shots", kind=Kind.SIMILAR, stacks=[0, 1, 1], locked=locked)
    page.take(index([shots]))
    page.toggle(1)
    assert marked(page) == {}
    assert "protected" in page.panel.hint.text()


def test_the_current_photo_stays_when_others_join_its_group(
    page: ReviewPage, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    page.photos.select(1)
    photos = [photo(n, side=640) for n in (1, 4, 2, 3)]
    page.take(index([group(photos, key="large")]))
    assert page.photos.currentIndex().row() == 2
    page.toggle(page.photos.currentIndex().row())
    assert marked(page) == {"2.jpg": "remove"}


def test_regrouping_keeps_the_current_group_and_photo(
    page: ReviewPage, groups: list[Group], qtbot: QtBot
) -> None:
    page.groups.go(1)
    page.photos.select(1)
    page.toggle(1)
    page.take(index(groups[1:]))
    assert page.photo_model.group.key == "small"
    assert page.photos.currentIndex().row() == 1
    assert marked(page) == {"5.jpg": "remove"}
    page.take(index([groups[0]]))
    assert page.photo_model.group.key == "large"
    page.take(index([]))
    assert page.photo_model.group is None


def test_a_mark_made_while_comparing_is_taken_back_there(page: ReviewPage, qtbot: QtBot) -> None:
    page.compare()
    compare = page.findChild(CompareView)
    qtbot.keyClick(compare, Key.Key_X)
    assert len(marked(page)) == 1
    qtbot.keyClick(compare, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert marked(page) == {}
    held = QKeyEvent(
        QKeyEvent.Type.KeyPress, Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "", autorep=True
    )
    qtbot.keyClick(compare, Key.Key_X)
    QApplication.sendEvent(compare, held)
    assert len(marked(page)) == 1


def test_a_photo_that_left_its_group_while_compared_is_not_marked(page: ReviewPage) -> None:
    page.compare()
    compare = page.findChild(CompareView)
    page.take(index([]))
    compare.marked.emit(MarkRequest(compare.pair.photos[0].path, "remove"))
    assert marked(page) == {}
    assert "no group" in page.panel.hint.text()


def test_removal_is_asked_with_every_group_concerned(
    page: ReviewPage, groups: list[Group], qtbot: QtBot
) -> None:
    page.toggle(1)
    with qtbot.waitSignal(page.removal_asked) as heard:
        page.remove_marked()
    concerned, paths = heard.args[0].groups, heard.args[0].paths
    assert concerned == [groups[0]]
    assert paths == {groups[0].members[1].photo.path}
    page.forget_photos(paths)
    assert marked(page) == {}


def test_a_click_on_a_badge_keeps_and_takes_back(page: ReviewPage, qtbot: QtBot) -> None:
    suggested = replace(page.photo_model.group.members[0], relation=Kind.IDENTICAL)
    group = page.photo_model.group
    page.take(index([replace(group, members=(suggested, *group.members[1:]))]))
    for wanted in ({"1.jpg": "keep"}, {}):
        page.grab()  # paints, which is when a photo knows where its badges are
        for name, part in page.hero.badges.items():
            assert name == "mark"
            qtbot.mouseClick(page.hero, Qt.MouseButton.LeftButton, pos=part.center())
        assert marked(page) == wanted


def test_tiers_are_counted_and_ticked_off(page: ReviewPage) -> None:
    buttons = page.groups.filter.tiers.buttons
    assert buttons[Tier.SIMILAR].accessibleName().startswith("Similar: 2 photos, ")
    assert not buttons[Tier.EXACT].done
    page.groups.go(1)
    page.keep_only_chosen()
    assert buttons[Tier.EXACT].done and "done" in buttons[Tier.EXACT].accessibleName()
    buttons[Tier.EXACT].click()
    assert [group.key for group in page.groups.listed] == ["small"]
    buttons[Tier.EXACT].click()
    assert len(page.groups.listed) == 3


def test_groups_are_found_by_what_is_typed(page: ReviewPage, qtbot: QtBot) -> None:
    field = page.groups.filter.field.edit
    field.setFocus()
    qtbot.keyClicks(field, "name:4.j")
    qtbot.waitUntil(lambda: [group.key for group in page.groups.listed] == ["small"])
    qtbot.keyClick(field, Key.Key_Escape)
    qtbot.waitUntil(lambda: len(page.groups.listed) == 3)


def test_the_menu_of_several_groups_counts_what_it_marks(
    sure: ReviewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, menus = sure, list[QMenu]()
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: menus.append(menu))
    page.groups.view.selectAll()
    assert len(page.groups.chosen) == 3

    def choose(text: str) -> None:
        page.groups.menu_asked.emit(QPoint(9, 9))
        next(action for action in menus[-1].actions() if action.text() == text).trigger()

    choose("Mark exact copies (1)")
    assert marked(page) == {"4.jpg": "keep", "5.jpg": "remove"}
    choose("Mark exact and lesser copies (2)")
    assert marked(page)["2.jpg"] == "remove"
    choose("Take their marks back (4)")
    assert marked(page) == {}
    page.steps.undo()
    assert len(marked(page)) == 4
    page.groups.view.selectAll()
    choose("Not duplicates (2)")  # files with the same bytes are no matter of opinion
    assert [group.key for group in page.groups.listed] == ["small"]


def test_a_folder_is_kept_in_all_listed_groups(
    page: ReviewPage, photo: Callable[..., Photo], group: Callable[..., Group],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: menus.append(menu))
    pairs = [(photo(n, name=f"a/{n}.jpg"), photo(n, name=f"b/{n}.jpg")) for n in (1, 2)]
    found = [group(list(two), key=str(n), kind=Kind.IDENTICAL) for n, two in enumerate(pairs)]
    page.take(index(found))
    for text, folders in (("Keep those in a,", {"b"}), ("Mark those in a", {"a"})):
        page.photos.menu_asked.emit(CardMenu(0, QPoint(9, 9)))
        sub = next(action.menu() for action in menus[-1].actions() if action.menu())
        action = next(one for one in sub.actions() if one.text().startswith(text))
        assert action.text().endswith("(2)")
        action.trigger()
        assert {path.parent.name for path in page.marks.removed} == folders
        page.steps.undo()


def test_strictness_reads_groups_again_and_is_remembered(page: ReviewPage, qtbot: QtBot) -> None:
    asked: list[float] = []
    library = page.context.library
    library.groups = lambda *, strictness: asked.append(strictness) or []
    for value in (60, 70, 80):
        page.groups.filter.slider.setValue(value)
    qtbot.waitUntil(lambda: page.groups.listed == [])
    assert asked == [0.8]
    assert page.context.settings.scan_options().strictness == 0.8


def test_every_control_has_a_name_and_a_tip(page: ReviewPage) -> None:
    kinds = (QAbstractButton, QAbstractItemView, QSlider, QComboBox)
    controls = [control for kind in kinds for control in page.findChildren(kind)]
    shown = [control for control in controls if control.isVisible()]
    assert len(shown) > 10
    assert not [control for control in shown if not control.accessibleName()]
    assert not [control for control in shown if not control.toolTip()]


def test_a_button_is_called_what_it_says(page: ReviewPage) -> None:
    def names() -> list[str]:
        buttons = page.findChildren(QAbstractButton)
        return [one.accessibleName() for one in buttons if one.text().startswith("Remove ")]

    page.toggle(1)
    assert any(name.startswith("Remove 1 photo, ") for name in names())
    page.toggle(1)
    assert "Remove marked…" in names()


def test_the_largest_groups_show_while_the_others_are_read(
    groups: list[Group], shelf: Callable[[list[Group]], Context], qtbot: QtBot
) -> None:
    made = ReviewPage(shelf(groups))
    qtbot.addWidget(made)
    listed: list[int] = []
    made.groups.current_changed.connect(lambda _group: listed.append(len(made.groups.listed)))
    made.refresh()
    with qtbot.waitSignal(made.counted) as counted:
        pass
    assert listed == [1, 3]
    assert counted.args == [3]
