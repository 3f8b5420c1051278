"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstbell.site.settings")
# What a page reads lies in memory, so that no index is dear; and a page shares the processors with seven others.
os.environ.setdefault("PGOPTIONS", "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0")
application = get_wsgi_application()
