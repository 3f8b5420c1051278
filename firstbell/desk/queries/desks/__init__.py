"""Reads for the desks of a principal, the Region counselor and the director. Lists are by name: nobody is ranked."""
