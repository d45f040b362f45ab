import pytest

from kindred.engine.metadata.file_names import named_at


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("IMG_20190704_101112.jpg", "2019-07-04T10:11:12"),
        ("PXL_20210304_050607123.MP.jpg", "2021-03-04T05:06:07"),
        ("20190704_101112(0).jpg", "2019-07-04T10:11:12"),
        ("Screenshot 2019-07-04 at 10.11.12.png", "2019-07-04T10:11:12"),
        ("Screenshot_2019-07-04-10-11-12.png", "2019-07-04T10:11:12"),
        ("2019-07-04 10.11.12.jpg", "2019-07-04T10:11:12"),
        ("signal-2019-07-04-101112.jpg", "2019-07-04T10:11:12"),
        ("WhatsApp Image 2019-07-04 at 10.11.12.jpeg", "2019-07-04T10:11:12"),
        ("IMG-20190704-WA0001.jpg", "2019-07-04"),
        ("2019-07-04.jpg", "2019-07-04"),
        ("IMG_1234.jpg", None),
        ("DSC20190.jpg", None),
        ("1562234567890.jpg", None),
        ("2019070499.jpg", None),
        ("2019-02-31.jpg", None),
        ("page 20191301.jpg", None),
    ],
)
def test_times_in_names(name: str, moment: str | None) -> None:
    assert named_at(name) == moment
