from pathlib import Path

from blake3 import blake3

from kindred.engine.digest import digest_bytes, digest_file, digest_parts


def test_bytes_parts_and_a_file_have_one_digest(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    (tmp_path / "file").write_bytes(data)
    assert digest_bytes(data) == blake3(data).hexdigest()
    assert digest_parts([data[:7], memoryview(data)[7:]]) == digest_bytes(data)
    assert digest_file(tmp_path / "file") == digest_bytes(data)
