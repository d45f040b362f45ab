"""The command line's words: there are some for every code, and they ask for what is given."""

import pytest

from kindred.engine.cli.words import (
    LOSSES,
    TIERS,
    WHYS,
    WORDS,
    error_text,
    judgement_text,
    loss_text,
    message_text,
)
from kindred.engine.errors import DecodeError, PlanError
from kindred.engine.messages import Code, tell
from kindred.engine.types import Judgement, Loss, LossKind, SkipReason, Tier, Why
from tests.support.messages import fields, told


def test_everything_has_words():
    assert set(WORDS) == set(Code)
    assert set(TIERS) == set(Tier) and set(WHYS) == set(Why) and set(LOSSES) == set(LossKind)


@pytest.mark.parametrize("code", told())
def test_words_ask_for_values_that_are_given(code):
    for given in told()[code]:
        assert fields(WORDS[code]) <= given


def test_sentences():
    error = PlanError(Code.NOT_IN_GROUPS, paths=tuple("abcdefg"))
    assert error_text(error) == "Not in these groups: a, b, c, d, e and 2 more."
    assert error_text(OSError(28, "No space", "/x")) == "[Errno 28] No space: '/x'"
    assert error_text(DecodeError(SkipReason.DAMAGED, "ends early")) == "ends early"
    note = tell(Code.KEPT_NOT_SAME, name="a.jpg", problem=tell(Code.FILE_CHANGED))
    assert message_text(note) == "The photo to keep, a.jpg, was changed after the scan."


def test_values_of_another_version_are_shown_as_they_are():
    assert message_text(tell(Code.NOT_SAME, place="a.jpg")) == "the file is another: a.jpg"


def test_losses():
    loss = Loss(LossKind.TAKEN_AT, ("2017-07-04 10:11:12",))
    assert loss_text(loss) == "the keeper has no capture time (2017-07-04 10:11:12)"
    carried = Loss(LossKind.KEYWORDS, ("Rome", "sea"), carried=True)
    assert loss_text(carried) == "the keeper lacks keywords (Rome, sea), but will get it"


def test_judgements():
    assert judgement_text(Judgement(Tier.EXACT, why=Why.SAME_BYTES)) == "exact copy: the same bytes"
    assert judgement_text(Judgement(Tier.SIMILAR)) == "similar"
