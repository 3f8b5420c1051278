"""Library: the law, the district's settings and the letters, open to everyone who works with them.

Owns no table: what it shows is held by law and letters, and worked out when a page is opened. Leans on law and core
only. Start at queries.sections.searched(); nothing here is legal advice, and every page says so.
"""
