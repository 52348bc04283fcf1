"""How gunicorn serves a journey that asks for no document: as the product's, without warming up for one.

Importing WeasyPrint and looking at the fonts costs each site some seconds of a core. The journey that ends
in a PDF is served as the product is; that a worker warms up is held by tests/test_server.py.
"""

from langfang_policy.server import *  # noqa: F403  # gunicorn reads every name of this module
from langfang_policy.server import post_worker_init

del post_worker_init
