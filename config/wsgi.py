"""The site as a WSGI application, for any WSGI server: ``hanse_config.wsgi:application``.

``CKAN_INI`` names the site's ini file.
"""

import os

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
