import inspect
import pickle

from kindred.engine import errors
from kindred.engine.errors import DecodeError, KindredError, PlanError
from kindred.engine.messages import Code, tell
from kindred.engine.types import SkipReason


def test_the_docstring_draws_the_tree() -> None:
    drawn = [line.split()[0] for line in errors.__doc__.replace("├──", "").replace("└──", "")
             .splitlines()[1:] if line.strip()]  # fmt: skip
    classes = {name for name, member in inspect.getmembers(errors, inspect.isclass)
               if member.__module__ == errors.__name__}  # fmt: skip
    assert set(drawn) == classes
    for name in drawn[1:-1]:
        assert issubclass(getattr(errors, name), KindredError)
    assert not issubclass(errors.Cancelled, KindredError)


def test_decode_error_carries_its_reason() -> None:
    error = DecodeError(SkipReason.DAMAGED, "ends early")
    assert (error.reason, str(error)) == (SkipReason.DAMAGED, "ends early")


def test_errors_keep_their_values_between_processes() -> None:
    error = pickle.loads(pickle.dumps(PlanError(Code.NOT_IN_GROUPS, paths=("a",))))  # noqa: S301
    assert type(error) is PlanError
    assert error.message == tell(Code.NOT_IN_GROUPS, paths=("a",))
    assert str(error) == "not in these groups: a"
    damaged = pickle.loads(pickle.dumps(DecodeError(SkipReason.DAMAGED, "x")))  # noqa: S301
    assert (damaged.reason, str(damaged)) == (SkipReason.DAMAGED, "x")
