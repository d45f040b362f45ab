"""The window's words for the engine's codes: complete, and they ask for what is given."""

import errno
from collections.abc import Iterator

import pytest

from kindred.engine.errors import DecodeError, PlanError
from kindred.engine.judgement.keeper import PRESETS
from kindred.engine.judgement.keeper_rules import RULES
from kindred.engine.judgement.provenance import UPSCALED
from kindred.engine.messages import Code, cause, tell
from kindred.engine.progress import Stage
from kindred.engine.types import (
    EditName,
    Judgement,
    Kind,
    Loss,
    LossKind,
    SkipReason,
    State,
    Tier,
    Why,
)
from kindred.gui.services import engine_words, i18n
from kindred.gui.services.engine_words import (
    carried_text,
    error_text,
    judgement_text,
    loss_text,
    lost_text,
    message_text,
)
from tests.support.messages import fields, told


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def test_everything_has_words() -> None:
    for table, codes in (
        (engine_words.WORDS, Code),
        (engine_words.KINDS, Kind),
        (engine_words.SKIP_REASONS, SkipReason),
        (engine_words.EDITS, [*EditName, UPSCALED]),
        (engine_words.STAGES, Stage),
        (engine_words.STATES, State),
        (engine_words.TIERS, Tier),
        (engine_words.TIER_COUNTS, Tier),
        (engine_words.WHYS, Why),
        (engine_words.LOSSES, LossKind),
        (engine_words.RULES, RULES),
        (engine_words.PRESETS, PRESETS),
    ):
        assert set(table) == set(codes)


@pytest.mark.parametrize("code", told())
def test_words_ask_for_values_that_are_given(code: Code) -> None:
    words = engine_words.WORDS[code]
    for given in told()[code]:
        assert fields(*([words] if isinstance(words, str) else words)) <= given
        assert isinstance(words, str) or "others" in given


def test_a_reason_counts_the_others_in_every_language() -> None:
    one, two = (tell(Code.LARGER, width=4032, height=3024, others=others) for others in (1, 2))
    assert message_text(one) == "4032 × 3024, the other is smaller"
    assert message_text(two) == "4032 × 3024, the others are smaller"
    i18n.set_language("zh_CN")
    assert message_text(one) == "4032 × 3024，其余照片较小"
    assert message_text(two) == "4032 × 3024，其余照片较小"


def test_values_are_translated_too() -> None:
    i18n.set_language("zh_CN")
    made = tell(Code.ORIGINAL, edits=(EditName.CROPPED, EditName.MIRRORED), others=1)
    assert message_text(made) == "原图，其余照片经过：裁剪, 镜像"
    more = tell(Code.MORE_METADATA, kinds=(LossKind.TAKEN_AT,), others=1)
    assert message_text(more) == "元数据比其余照片多：拍摄时间"
    full = tell(Code.NOT_REMOVED, why=cause(OSError(errno.ENOSPC, "No space left on device")))
    assert message_text(full) == "无法移除：磁盘已满。"
    assert (
        error_text(DecodeError(SkipReason.EMPTY, "0 bytes"))
        == "无法使用此图片：空文件（0 bytes）。"
    )


def test_many_photos_are_not_all_named() -> None:
    error = PlanError(Code.NOT_IN_GROUPS, paths=tuple("abcdefg"))
    assert "a, b, c, d, e and 2 more." in error_text(error)


def test_errors_of_the_system() -> None:
    assert error_text(OSError(errno.ENOSPC, "No space", "/x")) == "/x: the disk is full"
    assert error_text(OSError("no sound card")) == "no sound card"


def test_what_an_earlier_or_later_version_wrote() -> None:
    assert message_text(tell(Code.TEXT, text="It {was} changed.")) == "It {was} changed."
    assert message_text(tell(Code.NOT_SAME, place="a.jpg")) == "the file is another: a.jpg"


def test_losses() -> None:
    loss = Loss(LossKind.TAKEN_AT, ("2017-07-04 10:11:12",))
    assert loss_text(loss) == "the one that stays has no capture time (2017-07-04 10:11:12)"
    assert loss_text(Loss(LossKind.SOUND, carried=True)).endswith("no sound, but will get it")
    assert loss_text(Loss(LossKind.GAMUT, ("",))).endswith("a smaller range of colours")
    rating = Loss(LossKind.RATING, ("4",), carried=True)
    words = Loss(LossKind.KEYWORDS, ("Rome", "sea"), carried=True)
    assert carried_text([rating, loss, words]) == "rating 4, keywords Rome, sea"
    assert lost_text([rating, loss, words]) == loss_text(loss)
    i18n.set_language("zh_CN")
    assert "裁剪" in loss_text(Loss(LossKind.FRAMING, (EditName.CROPPED.value,)))


def test_judgements_and_polish_reasons() -> None:
    judged = Judgement(Tier.EXACT, why=Why.SAME_BYTES)
    assert judgement_text(judged) == "exact copy: the same file"
    assert judgement_text(Judgement(Tier.SIMILAR)) == "different shot"
    i18n.set_language("pl")
    assert judgement_text(judged) == "dokładna kopia: ten sam plik"
    reasons = [tell(Code.LARGER, width=8, height=6, others=others) for others in (1, 2, 5)]
    assert [message_text(reason) for reason in reasons] == [
        "8 × 6, drugie jest mniejsze",
        "8 × 6, pozostałe są mniejsze",
        "8 × 6, pozostałe są mniejsze",
    ]
