"""Messages: readable in a log, hashable, and each code is told somewhere."""

from kindred.engine.errors import ActionError
from kindred.engine.messages import Code, Message, cause, tell
from tests.support.messages import used


def test_a_message_is_readable_in_a_log():
    inner = tell(Code.FILE_NOT_FOUND, why=cause(OSError(2, "No such file or directory")))
    message = tell(Code.KEPT_NOT_SAME, name="a.jpg", problem=inner)
    assert str(message) == (
        "the photo to keep is another: a.jpg, cannot be found: system: 2, No such file or directory"
    )
    assert str(tell(Code.STOPPED)) == "stopped before this photo"
    assert str(tell(Code.NOT_IN_GROUPS, paths=("a", "b"))) == "not in these groups: a, b"


def test_messages_are_values():
    assert tell(Code.NO_BATCH, number=3) == Message(Code.NO_BATCH, {"number": 3})
    assert tell(Code.NO_BATCH, number=3) != tell(Code.NO_BATCH, number=4)
    assert len({tell(Code.NO_BATCH, number=3), tell(Code.NO_BATCH, number=3)}) == 1


def test_the_cause_of_an_error():
    error = ActionError(Code.WINDOW_TRASH)
    assert cause(error) is error.message
    assert cause(ValueError("no header.")) == tell(Code.SYSTEM, number=None, text="no header")
    assert cause(OSError(28, "No space")) == tell(Code.SYSTEM, number=28, text="No space")


def test_every_code_is_told_somewhere():
    assert set(Code) - used() == set()
