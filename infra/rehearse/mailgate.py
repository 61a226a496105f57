"""Stands between the reminders and the emulator's SES, which refuses nothing: while the file REFUSALS is there, SendEmail is answered with
what it holds ({"type": …, "message": …}), as SES answers; else everything goes through, but the pause of a configuration set, which the
emulator does not know: it makes and takes away that file. mailgate.py PORT REFUSALS"""
import http.server
import json
import os
import pathlib
import re
import sys
import urllib.request

REFUSALS = pathlib.Path(sys.argv[2])


class Gate(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/v2/email/outbound-emails") and REFUSALS.exists():
            refusal = json.loads(REFUSALS.read_text())
            return self.answer(400, json.dumps({"message": refusal["message"]}).encode(), {"X-Amzn-ErrorType": refusal["type"]})
        if paused := re.fullmatch(r"/v2/email/configuration-sets/([^/]+)/sending", self.path):
            REFUSALS.unlink(missing_ok=True)
            if not json.loads(body)["SendingEnabled"]:
                REFUSALS.write_text(json.dumps({"type": "SendingPausedException", "message": f"Email sending is paused for configuration set {paused[1]}"}))
            return self.answer(200, b"{}", {})
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length", "connection", "accept-encoding")}
        request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + self.path, body or None, headers, method=self.command)
        try:
            with urllib.request.urlopen(request, timeout=30) as got:
                self.answer(got.status, got.read(), {})
        except urllib.error.HTTPError as error:
            self.answer(error.code, error.read(), {"X-Amzn-ErrorType": error.headers.get("X-Amzn-ErrorType", "")})

    do_GET = do_POST = do_PUT = handle_any

    def answer(self, status: int, body: bytes, headers: dict) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Gate).serve_forever()
