"""Letters: what we write to a family, in its language, as plain text and as a tagged PDF; and the linter that reads it.

Owns no table: the letter as typed data, the wording of every kind in every language, the page it is printed on.
Leans on nothing of ours but law, and on Typst. Start at data.Letter, then typeset.pdf() and linter.lint().
"""
