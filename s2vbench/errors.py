"""What can go wrong, as the person at the terminal sees it.

    S2VBenchError                exit 1   never raised itself
    |-- InputError               exit 2   a file, option or name that a user gave is wrong
    |   |-- ManifestChangedError          the run folder was made with other settings
    |   |-- RunLockedError                another process writes this run folder
    |   `-- OutOfMemoryError              it does not fit the GPU; the message says what would
    |-- MissingError             exit 3   something to install or download; the message carries the command
    |-- OutputError              exit 2   a folder cannot be written, a disk is full
    `-- DivergedError            exit 4   a training's loss or gradient is no finite number; its last checkpoint stands

    VideoError                            one video cannot be read: that case fails, the run goes on
    PictureError                          a reference picture cannot be read: its case's metrics about subjects fail
    NotApplicable                         one metric has no meaning for one video: the reason goes into the record

Exit codes: 0 done; 1 bug; 2 wrong usage or invalid input; 3 something to install or download; 4 finished, but some
cases failed; 5 a regression was found; 130 interrupted (safe to run again).
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_MISSING = 3
EXIT_SOME_FAILED = 4
EXIT_INTERRUPTED = 130


class S2VBenchError(Exception):
    """An error whose message is written for the user: one line, no traceback."""

    exit_code = EXIT_BUG


class InputError(S2VBenchError):
    """A file, option or name that a user gave is wrong."""

    exit_code = EXIT_USAGE


class ManifestChangedError(InputError):
    """The run folder was made with other settings; mixing the two would make a table of unlike numbers."""


class RunLockedError(InputError):
    """Another process writes this run folder."""


class OutOfMemoryError(InputError):
    """What was asked for does not fit the GPU; the message says what would."""


class OutputError(S2VBenchError):
    """A place that results go to cannot be written."""

    exit_code = EXIT_USAGE


class DivergedError(S2VBenchError):
    """Loss or gradient of a training is no finite number; its last good checkpoint stands."""

    exit_code = EXIT_SOME_FAILED


class MissingError(S2VBenchError):
    """Something must be installed or downloaded first; the message carries the command."""

    exit_code = EXIT_MISSING


class VideoError(Exception):
    """One video cannot be read; its message becomes the reason of that case's failed records."""


class PictureError(Exception):
    """A reference picture (or a truth mask) cannot be read; its message becomes the reason of failed records."""


class NotApplicable(Exception):  # noqa: N818 -- a finding about one video, not an error
    """A metric has no meaning for one video; the message becomes the record's reason."""
