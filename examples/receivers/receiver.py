# Receives webhooks on PORT and verifies them with WEBHOOK_SECRET. Needs Python 3.8 or newer and no packages.
import base64, hashlib, hmac, json, os, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

secret = os.environ.get('WEBHOOK_SECRET', '')
if not secret.startswith('whsec_'):
    raise SystemExit('Set WEBHOOK_SECRET to the secret of the endpoint')
key = base64.b64decode(secret[len('whsec_'):])


# The body must be the bytes that were received. While the secret rotates, there are several signatures.
def is_signed(headers, body):
    timestamp = headers.get('webhook-timestamp', '')
    content = f"{headers.get('webhook-id')}.{timestamp}.".encode() + body
    right = b'v1,' + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
    is_recent = timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= 300
    signatures = headers.get('webhook-signature', '').encode().split(b' ')
    return is_recent and any(hmac.compare_digest(signature, right) for signature in signatures)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('content-length', '0')))
        signed = is_signed(self.headers, body)
        if signed:
            event = json.loads(body)
            # An event can arrive more than once. Store its id together with what you do about it, and skip ids that
            # you know.
            print(event['event'], event['id'], flush=True)
        self.send_response(204 if signed else 401)
        self.end_headers()


ThreadingHTTPServer(('127.0.0.1', int(os.environ.get('PORT', '8080'))), Receiver).serve_forever()
