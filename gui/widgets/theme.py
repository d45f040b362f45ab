"""Light and dark: a small set of colours, a palette and a stylesheet made from them, tinted icons.

Foreground colours reach WCAG AA (4.5:1) on the window, surface and raised colours; a test says so.
"""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from kindred.engine.paths import RESOURCES
from kindred.gui.widgets.labels import PlainLabel

ICONS = RESOURCES / "icons"
SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
_chosen = Qt.ColorScheme.Unknown  # platforms without a scheme of their own ignore the style hint
SMALLEST_TEXT = 10.0  # points; a larger system font is kept
ICON = 16  # logical pixels in a button
BESIDE_TEXT = 1.3  # width over height of an icon before a text, where Qt leaves too little room
BUTTON_SIZES = (16, 32)  # drawn, for screens of one and two device pixels
ICON_SIZES = (16, 24, 32, 64)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours everything is painted with."""

    window: QColor  # behind everything
    surface: QColor  # cards, lists
    raised: QColor  # buttons, hovered rows
    selected: QColor  # current row or card
    line: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    keep: QColor
    remove: QColor
    warn: QColor
    identical: QColor
    copy: QColor
    similar: QColor

    def kind(self, kind: str) -> QColor:
        """The colour of an engine.types.Kind; unrelated is muted."""
        colours = {"identical": self.identical, "copy": self.copy, "similar": self.similar}
        return colours.get(kind, self.muted)

    def tier(self, tier: str) -> QColor:
        """The colour of an engine.types.Tier."""
        colours = {"exact": self.identical, "lesser": self.copy, "edited": self.warn}
        return colours.get(tier, self.similar)


def _tokens(**names: str) -> Tokens:
    return Tokens(**{name: QColor(value) for name, value in names.items()})


LIGHT = _tokens(
    window="#f4f5f8",
    surface="#ffffff",
    raised="#eceef3",
    selected="#e3e9fb",
    line="#d9dde5",
    text="#1a1e27",
    muted="#555e6d",
    accent="#3355c9",
    on_accent="#ffffff",
    keep="#17693f",
    remove="#b3261e",
    warn="#855200",
    identical="#5b3fb8",
    copy="#0a6169",
    similar="#845300",
)
DARK = _tokens(
    window="#14161b",
    surface="#1c1f26",
    raised="#272b34",
    selected="#2a3350",
    line="#363c48",
    text="#e9ebef",
    muted="#a5adba",
    accent="#9db3ff",
    on_accent="#10131a",
    keep="#6bd09b",
    remove="#ff9b92",
    warn="#ecb856",
    identical="#bfadff",
    copy="#74d6dd",
    similar="#f0c06c",
)


def dark() -> bool:
    """Whether the dark colours are in force."""
    scheme = _chosen
    if scheme == Qt.ColorScheme.Unknown:
        scheme = QGuiApplication.styleHints().colorScheme()
    return scheme == Qt.ColorScheme.Dark


def tokens() -> Tokens:
    """The current colours; ask for them while painting, so that a switch needs only a repaint."""
    return DARK if dark() else LIGHT


def choose(app: QApplication, name: str) -> None:
    """Follow "system", or hold "light" or "dark"."""
    global _chosen
    _chosen = SCHEMES.get(name, Qt.ColorScheme.Unknown)
    app.styleHints().setColorScheme(_chosen)
    apply(app)


def apply(app: QApplication) -> None:
    """Put the colours in force on the application and every icon that `decorate` set."""
    colours = tokens()
    font = app.font()
    font.setPointSizeF(max(SMALLEST_TEXT, font.pointSizeF()))
    app.setFont(font)
    app.setPalette(_palette(colours))
    app.setStyleSheet(_stylesheet(colours))
    for widget in app.allWidgets():
        if isinstance(widget, QAbstractButton) and widget.property("icon_name"):
            _set_icon(widget)
        elif isinstance(widget, QLabel) and widget.property("icon_name"):
            _set_picture(widget)


def decorate(button: QAbstractButton, name: str, *, role: str = "") -> None:
    """Give a button an icon of resources/icons in the right colour, now and after a switch."""
    button.setProperty("icon_name", name)
    if role:
        button.setProperty("role", role)
    _set_icon(button)


def picture(name: str, side: int) -> QLabel:
    """An icon of resources/icons as a label, in the text colour now and after a switch."""
    made = PlainLabel()
    made.setProperty("icon_name", name)
    made.setProperty("icon_side", side)
    _set_picture(made)
    return made


def icon(name: str, *, colour: QColor | None = None) -> QIcon:
    """An icon of resources/icons; its strokes in `colour`, or in the text colour."""
    return _icon(name, (colour or tokens().text).name(), room=1.0, sizes=ICON_SIZES)


def _set_icon(button: QAbstractButton) -> None:
    primary = button.property("role") == "primary"
    colours = tokens()
    name = str(button.property("icon_name"))
    colour = colours.on_accent if primary else colours.text
    room = BESIDE_TEXT if button.text() else 1.0
    button.setIcon(_icon(name, colour.name(), room=room, sizes=BUTTON_SIZES))
    button.setIconSize(
        QSize(round(ICON * BESIDE_TEXT), ICON) if button.text() else QSize(ICON, ICON)
    )


def _set_picture(label: QLabel) -> None:
    side = int(label.property("icon_side"))
    label.setPixmap(icon(str(label.property("icon_name"))).pixmap(side, side))


@cache
def _icon(name: str, colour: str, *, room: float, sizes: tuple[int, ...]) -> QIcon:
    from PySide6.QtSvg import QSvgRenderer  # the window shows before it has icons

    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    made = QIcon()
    for side in sizes:
        pixmap = QPixmap(QSize(round(side * room), side))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        made.addPixmap(pixmap)
    return made


def _palette(colours: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.window,
        QPalette.ColorRole.Button: colours.raised,
        QPalette.ColorRole.ToolTipBase: colours.raised,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.BrightText: colours.remove,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.Accent: colours.accent,
        QPalette.ColorRole.Mid: colours.line,
        QPalette.ColorRole.Dark: colours.line,
        QPalette.ColorRole.Light: colours.surface,
    }
    for role, colour in roles.items():
        palette.setColor(role, colour)
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        faded = QColor(colours.muted)
        faded.setAlpha(150)
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette


def _stylesheet(colours: Tokens) -> str:
    sheet = (Path(__file__).parent / "theme.qss").read_text(encoding="utf-8")
    for field in sorted(fields(colours), key=lambda field: -len(field.name)):
        sheet = sheet.replace(f"@{field.name}", getattr(colours, field.name).name())
    return sheet.replace("@icons", ICONS.as_posix())
