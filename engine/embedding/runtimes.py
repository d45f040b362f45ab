"""The packages that run networks, imported so that they report nothing to their makers.

ONNX Runtime (since 1.29, everywhere) and OpenVINO each send who imported and ran them unless told
otherwise beforehand. Nowhere else may they be imported.
"""

import os
import sys
from typing import Any


def onnxruntime() -> Any:
    """The module. Raises ImportError."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read once, when it is imported
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # of the older kind, on Windows
    return onnxruntime


def openvino() -> Any:
    """The module. Raises ImportError."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment] # it does without
    import openvino

    return openvino
