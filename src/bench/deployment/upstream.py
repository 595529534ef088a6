"""An upstream to try things against: upstream.py PORT [FILE]. Streams carry the time at which each event was sent; /echo says what arrived. To FILE goes a line
for each POST; one for the model "hang up" is read, and never answered."""

import http.server
import json
import sys
import time

EVENTS = 20
GAP_SECONDS = 0.5


class Upstream(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Node", sys.argv[1])
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/echo"):
            self.answer({name.lower(): value for name, value in self.headers.items()})
        else:
            self.answer({"object": "list", "data": [{"id": "tiny", "object": "model"}]})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = json.loads(body)
        self.note(request["model"])
        if request["model"] == "hang up":
            self.close_connection = True
            return
        if request.get("stream"):
            self.stream(request["model"])
            return
        usage = {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10}
        message = {"role": "assistant", "content": f"Hello from a stub that read {len(body)} bytes."}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self.answer({"id": "x", "object": "chat.completion", "model": request["model"], "choices": [choice], "usage": usage})

    def note(self, model):
        if len(sys.argv) > 2:
            with open(sys.argv[2], "a") as file:
                file.write(f"{sys.argv[1]} {model}\n")

    def stream(self, model):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(EVENTS):
            choice = {"index": 0, "delta": {"content": f"{time.time():.6f}"}, "finish_reason": "stop" if number == EVENTS - 1 else None}
            self.event(json.dumps({"id": "x", "object": "chat.completion.chunk", "model": model, "choices": [choice]}))
            time.sleep(GAP_SECONDS)
        self.event("[DONE]")
        self.close_connection = True

    def event(self, data):
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Upstream).serve_forever()
