"""Site: where the slices are joined: settings, URLs, middleware, navigation, the nightly schedule.

Owns no table and no page. Leans on everything below. Start at settings.py and urls.py.
"""
