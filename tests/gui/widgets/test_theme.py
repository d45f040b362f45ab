"""Theme: readable colours, every icon draws, a switch reaches what is on screen."""

from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from kindred.engine.types import Kind
from kindred.gui.widgets import theme

FOREGROUNDS = ("text", "muted", "accent", "keep", "remove", "warn", "identical", "copy", "similar")
GROUNDS = ("window", "surface", "raised", "selected")


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: QColor, second: QColor) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_contrast_reaches_wcag_aa(tokens: theme.Tokens) -> None:
    pairs = [*product(FOREGROUNDS, GROUNDS), ("on_accent", "accent")]
    pairs += [("surface", name) for name in ("keep", "remove", "muted", "copy")]  # filled labels
    ratios = {pair: contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) for pair in pairs}
    assert not {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5}


def test_choice_overrides_the_system(qapp: QApplication) -> None:
    theme.choose(qapp, "dark")
    assert theme.tokens() is theme.DARK
    assert qapp.palette().window().color() == theme.DARK.window
    theme.choose(qapp, "light")
    assert theme.tokens() is theme.LIGHT
    theme.choose(qapp, "no such scheme")
    assert theme.tokens() in (theme.LIGHT, theme.DARK)


def test_switch_tints_icons_again(qapp: QApplication, qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    theme.decorate(button, "stop")

    def strongest() -> QColor:
        image = button.icon().pixmap(64, 64).toImage()
        points = product(range(image.width()), range(image.height()))
        return max((image.pixelColor(x, y) for x, y in points), key=QColor.alpha)

    assert strongest().name() == theme.LIGHT.text.name()
    theme.choose(qapp, "dark")
    assert strongest().name() == theme.DARK.text.name()


def test_pictures_follow_a_switch(qapp: QApplication, qtbot: QtBot) -> None:
    shown = theme.picture("folder", 24)
    qtbot.addWidget(shown)
    theme.choose(qapp, "dark")
    image = shown.pixmap().toImage()
    points = product(range(image.width()), range(image.height()))
    drawn = max((image.pixelColor(x, y) for x, y in points), key=QColor.alpha)
    assert drawn.name() == theme.DARK.text.name()


def test_every_icon_draws(qapp: QApplication) -> None:
    for file in theme.ICONS.glob("*.svg"):
        image = theme.icon(file.stem).pixmap(32, 32).toImage()
        points = product(range(image.width()), range(image.height()))
        assert any(image.pixelColor(x, y).alpha() for x, y in points), file


def test_stylesheet_has_no_unknown_token(qapp: QApplication) -> None:
    assert "@" not in qapp.styleSheet()


def test_every_kind_has_a_colour() -> None:
    kinds = [kind for kind in Kind if kind is not Kind.UNRELATED]
    assert len({theme.LIGHT.kind(kind).name() for kind in kinds}) == len(kinds)
