"""engine.embedding.ways: what is remembered, and when it no longer holds."""

import pytest

from kindred.engine.embedding import devices, ways
from kindred.engine.paths import Home


def test_what_was_measured_is_remembered_for_its_model(kindred_home: Home) -> None:
    assert ways.remembered(kindred_home, model="a") is None
    ways.remember(kindred_home, ways.OPENVINO, model="a", photos_per_second={ways.OPENVINO: 9.5})
    assert ways.remembered(kindred_home, model="a") == ways.OPENVINO
    assert ways.remembered(kindred_home, model="b") is None


def test_another_machine_has_to_measure_again(
    kindred_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways.remember(kindred_home, ways.OPENVINO, model="a", photos_per_second={})
    monkeypatch.setattr(ways.platform, "node", lambda: "another")
    assert ways.remembered(kindred_home, model="a") is None


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"way": ["CUDA"]}', "\x00"])
def test_a_damaged_note_is_no_note(kindred_home: Home, text: str) -> None:
    ways.remember(kindred_home, ways.CUDA, model="a", photos_per_second={})
    (note,) = kindred_home.data.glob("*.json")
    note.write_text(text)
    assert ways.remembered(kindred_home, model="a") is None


def test_an_unknown_way_is_not_used(kindred_home: Home) -> None:
    ways.remember(kindred_home, "abacus", model="a", photos_per_second={})
    assert ways.remembered(kindred_home, model="a") is None


def test_ways_of_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "find_spec", lambda _: None)
    monkeypatch.setattr(devices, "choose", lambda _: "cpu")
    assert ways.here() == [ways.ONNX_RUNTIME]
    monkeypatch.setattr(ways, "find_spec", lambda _: object())
    monkeypatch.setattr(devices, "has_bfloat16", lambda: True)
    monkeypatch.setattr(devices, "choose", lambda _: "cuda")
    assert ways.here() == [
        ways.ONNX_RUNTIME,
        ways.OPENVINO,
        ways.OPENVINO_BFLOAT16,
        ways.CUDA,
    ]
