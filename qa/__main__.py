"""`python -m qa` is the same as `sourcebook`."""

from qa.cli import main

if __name__ == "__main__":
    main()
