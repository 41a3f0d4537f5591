"""Knows what is usual at a place, and words a warning for what is not. It needs nothing but Python's standard library."""

import json
import os
import signal
import sys
import threading
import urllib.request
from contextlib import contextmanager
from datetime import datetime, timezone
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

# Mean and standard deviation of a day's highest temperature, in degrees Celsius.
USUAL = {
    "Nairobi": {"mean": 24.6, "deviation": 1.9},
    "Oslo": {"mean": 10.1, "deviation": 9.4},
    "São Paulo": {"mean": 25.7, "deviation": 3.4},
}

LONGEST_BODY = 1024 * 1024  # bytes, as the mesh has it
PATIENCE = 5  # seconds, for the mesh to take an event
GRACE = 2  # seconds, for requests to end after SIGTERM

# CloudEvents in HTTP headers: everything but these characters is percent-encoded.
PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')


class Refused(Exception):
    """What will not get better by trying again: the mesh puts the event to the dead letters."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds that a connection may be idle
    wbufsize = -1  # head and body leave together

    def log_error(self, format, *args):
        if not format.startswith("Request timed out"):  # an idle connection that ends is no error
            super().log_error(format, *args)

    def do_GET(self):
        with self.server.request():
            path = urlsplit(self.path).path
            place = unquote(path.removeprefix("/normals/"))
            if path.startswith("/normals/") and place in USUAL:
                self.answer(HTTPStatus.OK, USUAL[place])
            else:
                self.answer(HTTPStatus.NOT_FOUND, {"detail": f"nothing is known of {place}; of {', '.join(USUAL)} it is"})

    def do_POST(self):
        with self.server.request():
            try:
                body = self.body()
                if urlsplit(self.path).path != "/events":
                    raise Refused(HTTPStatus.NOT_IMPLEMENTED, "only POST /events is here")
                self.take(body)
                self.answer(HTTPStatus.NO_CONTENT)
            except Refused as refused:
                self.answer(refused.status, {"detail": str(refused)})
            except OSError as failure:  # also what urllib throws: the mesh delivers the event again later
                self.answer(HTTPStatus.SERVICE_UNAVAILABLE, {"detail": f"the mesh did not take the warning: {failure}"})

    def take(self, body):
        if self.attribute("type") != "weather.reading.unusual":
            raise Refused(HTTPStatus.BAD_REQUEST, f"the type {self.attribute('type')} is not for this function")
        try:
            reading = json.loads(body)
            place, deviations = reading["place"], float(reading["deviations"])
            text = f"{place}: {reading['celsius']:.1f} °C is {abs(deviations):.1f} standard deviations {'above' if deviations > 0 else 'below'} what is usual"
            warning = {"id": reading["id"], "place": place, "text": text}
        except (ValueError, KeyError, TypeError) as fault:
            raise Refused(HTTPStatus.BAD_REQUEST, f"the event's data is no unusual reading: {fault!r}") from fault
        # The id follows from the event that caused it: whoever gets both of two deliveries can tell that they are one.
        self.publish("weather.warning", f"{self.attribute('id')}-warning", place, warning)

    def publish(self, event_type, event_id, subject, data):
        """Sends an event in binary mode: its attributes are headers, its data is the body."""
        attributes = {
            "specversion": "1.0",
            "id": event_id,
            "source": "/apps/climate",
            "type": event_type,
            "subject": subject,
            "time": datetime.now(timezone.utc).isoformat(),
        }
        headers = {f"ce-{name}": quote(value, safe=PLAIN) for name, value in attributes.items()}
        headers["content-type"] = "application/json"
        for name in ("traceparent", "tracestate"):
            if self.headers[name]:
                headers[name] = self.headers[name]
        request = urllib.request.Request(f"{self.server.gateway}/events", json.dumps(data).encode(), headers, method="POST")
        with self.server.mesh.open(request, timeout=PATIENCE) as taken:
            taken.read()

    def attribute(self, name):
        return unquote(self.headers[f"ce-{name}"] or "")

    def body(self):
        length = self.headers["content-length"]
        if length is None or not length.isdecimal():
            self.close_connection = True  # nobody knows where the next request begins
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "say how long the body is, in content-length")
        if int(length) > LONGEST_BODY:
            self.close_connection = True
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is longer than {LONGEST_BODY} bytes")
        return self.rfile.read(int(length))

    def answer(self, status, data=None):
        body = b"" if data is None else json.dumps(data, ensure_ascii=False).encode()
        self.send_response(status)
        if data is not None:
            self.send_header("content-type", "application/json")
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("content-length", str(len(body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)
        if status >= HTTPStatus.BAD_REQUEST:
            print(f"{self.command} {self.path} {int(status)}: {data['detail']}", file=sys.stderr, flush=True)

    def log_request(self, code="-", size="-"):
        """The mesh has a span for every request."""


class Server(ThreadingHTTPServer):
    daemon_threads = True  # idle connections keep nobody

    def __init__(self, port, gateway):
        super().__init__(("127.0.0.1", port), Handler)
        self.gateway = gateway
        self.mesh = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._running = 0
        self._ended = threading.Condition()

    @contextmanager
    def request(self):
        """Counts a request, so that the process does not end before it is answered."""
        with self._ended:
            self._running += 1
        try:
            yield
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()

    def serve_until(self, *signals):
        for number in signals:
            # shutdown waits for serve_forever, which this very thread runs.
            signal.signal(number, lambda *_: threading.Thread(target=self.shutdown).start())
        self.serve_forever()
        with self._ended:
            self._ended.wait_for(lambda: self._running == 0, GRACE)


def main():
    port, gateway = os.environ.get("PORT"), os.environ.get("FNMESH_GATEWAY")
    if not port or not gateway:
        sys.exit("PORT and FNMESH_GATEWAY are not set: start this with fnmesh up, or with fnmesh shim -- python3 server.py")
    Server(int(port), gateway).serve_until(signal.SIGTERM, signal.SIGINT)


if __name__ == "__main__":
    main()
