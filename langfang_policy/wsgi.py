"""Where does a WSGI server such as gunicorn enter?"""

import os

from django.core.wsgi import get_wsgi_application

from departments.request_body import with_readable_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langfang_policy.settings")

application = with_readable_charset(get_wsgi_application())
