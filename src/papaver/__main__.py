"""``python -m papaver``: the command line."""

from papaver.cli import main

if __name__ == "__main__":
    main()
