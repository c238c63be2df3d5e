"""What the disk refuses, as the system's own error: tantivy tells of it in words alone."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

_TOLD = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
)


def told_by_disk(error: BaseException) -> int | None:
    """The errno that an error carries, or tells in the system's words; None where the disk is not the cause."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    return next((code for code in _TOLD if os.strerror(code) in str(error)), None)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the ValueErrors of a library in which the disk speaks into the OSErrors that they were made from."""
    try:
        yield
    except ValueError as error:
        code = told_by_disk(error)
        if code is None:
            raise
        raise OSError(code, os.strerror(code)) from error
