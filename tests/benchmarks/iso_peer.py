"""Run by the peers' Python, which knows nothing of us: ``iso_peer.py owslib|xslt LINES [XSLT]``.

Reads a file with a record on each line and prints ``{"per_s", "cpu_ms"}``.  The XSLT fetches the
records that a service operates on, so it is given data sets alone.
"""

import json
import sys
import time

which, lines, *stylesheet = sys.argv[1:]
with open(lines, encoding="utf-8") as file:
    records = [line for line in file if which == "owslib" or "operatesOn" not in line]
if which == "owslib":
    from owslib.etree import etree
    from owslib.iso import MD_Metadata

    begun, cpu = time.perf_counter(), time.process_time()
    for record in records:
        MD_Metadata(etree.fromstring(record.encode()))
    seconds, used = time.perf_counter() - begun, time.process_time() - cpu
else:
    from saxonche import PySaxonProcessor

    with PySaxonProcessor(license=False) as processor:
        xslt = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=stylesheet[0])
        xslt.transform_to_string(xdm_node=processor.parse_xml(xml_text=records[0]))
        begun, cpu = time.perf_counter(), time.process_time()
        for record in records:
            assert xslt.transform_to_string(xdm_node=processor.parse_xml(xml_text=record))
        seconds, used = time.perf_counter() - begun, time.process_time() - cpu
print(json.dumps({"per_s": len(records) / seconds, "cpu_ms": 1000 * used / len(records)}))
