"""`python -m firstbell.cli`, for those that start the command from Python."""

from firstbell.cli import main

main()
