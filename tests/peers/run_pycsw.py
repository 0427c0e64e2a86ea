"""Load ISO records into a pycsw and serve it; runs in pycsw's own environment.

``python run_pycsw.py FOLDER``: the records are FOLDER's ``*.xml``; prints the port.
"""

import contextlib
import io
import os
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

CONFIG = """[server]
home={home}
url=http://127.0.0.1/csw
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=en-US
maxrecords=200
profiles=apiso
pretty_print=false

[manager]
transactions=false
allowed_ips=127.0.0.1

[metadata:main]
identification_title=pycsw
identification_abstract=Records of a test
identification_keywords=catalogue
identification_keywords_type=theme
identification_fees=None
identification_accessconstraints=None
provider_name=Test
provider_url=https://stadt.example/
contact_name=Test
contact_position=Test
contact_address=Test
contact_city=Test
contact_stateorprovince=Test
contact_postalcode=1
contact_country=Germany
contact_phone=1
contact_fax=1
contact_email=test@stadt.example
contact_url=https://stadt.example/
contact_hours=0
contact_instructions=-
contact_role=pointOfContact

[metadata:inspire]
enabled=false

[repository]
database=sqlite:///{folder}/records.db
table=records
"""


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, *_):
        """Do nothing."""


def main(folder):
    """Load, serve until the process is ended."""
    import pycsw
    from pycsw import wsgi
    from pycsw.core import admin, config

    home = os.path.dirname(pycsw.__file__)
    ini = Path(folder, "pycsw.cfg")
    ini.write_text(CONFIG.format(home=home, folder=folder), encoding="utf-8")
    os.environ["PYCSW_CONFIG"] = str(ini)
    database = f"sqlite:///{folder}/records.db"
    admin.setup_db(database, "records", home)
    admin.load_records(config.StaticContext(), database, "records", folder)

    def application(env, start_response):
        with contextlib.redirect_stdout(io.StringIO()):
            return wsgi.application(env, start_response)

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        print(server.server_port, file=sys.__stdout__, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
