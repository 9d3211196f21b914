"""`copydesk`, or `python -m bot`: the command line's entry."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    from bot.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
