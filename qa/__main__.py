"""Where the program begins, as `sourcebook` or as `python -m qa`: from the first moment Ctrl-C ends it in one word."""

from __future__ import annotations

import sys

_INTERRUPTED = 130  # as qa.options has it, which is still to be imported


def main() -> None:
    """Run the command line."""
    try:
        from qa.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
