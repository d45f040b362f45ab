"""Settings: values come back with their types after a restart."""

from pathlib import Path

from PySide6.QtCore import QByteArray

from kindred.gui.services.preferences import Settings


def test_values_survive_a_restart_with_their_types(tmp_path: Path) -> None:
    first = Settings(tmp_path / "window.ini")
    first.put("scan/follow_links", False)
    first.put("scan/include_hidden", True)
    first.put("review/strictness", 0.7)
    first.put("scan/model", "resnet50")
    first.put("window/geometry", QByteArray(b"\x00\x01"))
    first.save()
    second = Settings(tmp_path / "window.ini")
    options = second.scan_options()
    assert options.follow_links is False
    assert options.include_hidden is True
    assert options.strictness == 0.7
    assert options.model == "resnet50"
    assert second.data("window/geometry") == QByteArray(b"\x00\x01")


def test_damaged_values_are_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[review]\nstrictness=much\n[window]\ngeometry=5\n")
    settings = Settings(tmp_path / "window.ini")
    assert settings.number("review/strictness", 0.5) == 0.5
    assert settings.data("window/geometry").isEmpty()
    assert settings.flag("scan/follow_links", default=True)
