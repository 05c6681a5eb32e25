"""A key management entity of ETSI GS QKD 014 for tests: HTTPS with certificates on both sides, keys from the system's random numbers.

key_management_entity.py FOLDER: FOLDER has entity.pem, entity.key and authority.pem. Prints its port as a line of JSON, and ends with its standard input.
Which application (SAE) asks is told by the common name of its certificate.
"""

import base64
import http.server
import json
import os
import ssl
import sys
import threading
import uuid

folder = sys.argv[1]
keys = {}  # number -> (master, slave, bytes)
lock = threading.Lock()


class Entity(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def asked(self):
        """Who asks, the other side, and what for."""
        subject = dict(pair[0] for pair in self.connection.getpeercert()["subject"])
        parts = self.path.split("/")
        if parts[:4] != ["", "api", "v1", "keys"] or len(parts) != 6:
            return subject["commonName"], None, None
        return subject["commonName"], parts[4], parts[5]

    def do_GET(self):
        own, peer, what = self.asked()
        if what != "status":
            return self.answer(400, {"message": "no such call"})
        self.answer(200, {
            "source_KME_ID": "here", "target_KME_ID": "there", "master_SAE_ID": own, "slave_SAE_ID": peer, "key_size": 256,
            "stored_key_count": 1000, "max_key_count": 1000, "max_key_per_request": 8, "max_key_size": 1024, "min_key_size": 64,
            "max_SAE_ID_count": 0})

    def do_POST(self):
        own, peer, what = self.asked()
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = []
        with lock:
            if what == "enc_keys":
                for _ in range(request["number"]):
                    number = str(uuid.uuid4())
                    keys[number] = (own, peer, os.urandom(request["size"] // 8))
                    found.append(number)
            elif what == "dec_keys":
                found = [entry["key_ID"] for entry in request["key_IDs"]]
                if any(number not in keys or keys[number][:2] != (peer, own) for number in found):
                    return self.answer(400, {"message": "one or more keys are not found"})
            else:
                return self.answer(400, {"message": "no such call"})
            self.answer(200, {"keys": [
                {"key_ID": number, "key": base64.b64encode(keys[number][2]).decode()} for number in found]})


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_2
context.load_cert_chain(f"{folder}/entity.pem", f"{folder}/entity.key")
context.load_verify_locations(f"{folder}/authority.pem")
context.verify_mode = ssl.CERT_REQUIRED
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Entity)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"event": "listening", "port": server.server_address[1]}), flush=True)
sys.stdin.read()
