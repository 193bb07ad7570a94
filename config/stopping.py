"""Being asked to stop, told without the web framework, so that a command beside the database starts at once."""

import contextlib
import signal
from collections.abc import Iterator


class Stopped(BaseException):
    """Someone asked this process to stop."""


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Turn SIGTERM and Ctrl-C into `Stopped`, so that every block on the way out cleans up."""

    def stop(number: int, frame: object) -> None:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    yield
