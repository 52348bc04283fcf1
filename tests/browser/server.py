"""How gunicorn serves a journey's site: as the product's, but documents are not warmed up for.

Importing WeasyPrint costs each site two seconds of a core, and one journey alone asks for a document. That
a worker warms up is held by tests/test_server.py.
"""

from langfang_policy.server import *  # noqa: F403  # gunicorn reads every name of this module
from langfang_policy.server import post_worker_init

del post_worker_init
