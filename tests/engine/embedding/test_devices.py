import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from kindred.engine.embedding import devices
from kindred.engine.errors import ModelError

ROOT = Path(__file__).resolve().parents[3]


def test_without_an_accelerator_torch_is_not_imported() -> None:
    code = (
        "import sys; from kindred.engine.embedding import devices;"
        "devices._has_nvidia_driver = lambda: False;"
        "sys.platform = 'linux'; print(devices.choose('auto'), 'torch' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["cpu", "False"]


def test_the_first_usable_accelerator_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_has", lambda name: name == "mps")
    assert devices.choose("auto") == "mps"
    monkeypatch.setattr(devices, "_has", lambda name: True)
    assert devices.choose("auto") == "cuda"
    assert devices.choose("cpu") == "cpu"


def test_what_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_has", lambda name: False)
    assert devices.choose("auto") == "cpu"
    with pytest.raises(ModelError, match="no usable device: cuda"):
        devices.choose("cuda")
    with pytest.raises(ModelError, match="no device of that name: tpu"):
        devices.choose("tpu")


@pytest.mark.parametrize(("abilities", "wanted"), [(["FP32", "BF16"], True), (["FP32"], False)])
def test_openvino_is_asked_what_the_processor_can(
    monkeypatch: pytest.MonkeyPatch, abilities: list[str], wanted: bool
) -> None:
    fake = ModuleType("openvino")
    fake.Core = lambda: SimpleNamespace(get_property=lambda *_: abilities)
    monkeypatch.setitem(sys.modules, "openvino", fake)
    monkeypatch.setattr(devices, "find_spec", lambda name: object())
    assert devices.has_bfloat16() is wanted
    monkeypatch.setattr(devices, "find_spec", lambda name: None)
    assert not devices.has_bfloat16()


def test_devices_have_words() -> None:
    assert devices.device_name("cpu") == "CPU"
    assert devices.device_name("mps") == "Apple GPU"
