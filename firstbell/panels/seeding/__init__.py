"""Invented files and packets, good ones and ones with one defect: what `firstbell panels audit` proves the checks on.

Nothing here is in a database: the same builder that makes a real packet makes these. Start at files.invented().
"""
