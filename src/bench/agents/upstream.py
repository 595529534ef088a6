#!/usr/bin/env python3
"""A chat-only provider that plays a model to a coding agent: two tools at once, then an edit, then a last word.

Usage: upstream.py PORT [--log FILE] [--refuse N] [--refuse-key KEY] [--retry-after S] [--cut N]
  --refuse N  the first N requests are answered 429, with Retry-After: S
  --refuse-key KEY  so is every request with that key
  --cut N     the N-th answered stream breaks off after its first words

It speaks /v1/chat/completions and nothing else, as a hosted NIM does, streams its calls in interleaved pieces, and writes each request's body to
FILE, one JSON a line. It listens on the loopback address only.
"""
import argparse
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

READERS = ("Read", "read_file", "view")
SHELLS = ("Bash", "exec_command", "shell_command", "shell")
EDITORS = ("Write", "apply_patch")
PATCH = "*** Begin Patch\n*** Add File: made.txt\n+made by the agent\n*** End Patch\n"


def tool(names, wanted):
    return next((name for name in wanted if name in names), None)


def arguments(name):
    """What an agent's tool of that name wants for this scene."""
    return {
        "Read": {"file_path": "note.txt"},
        "read_file": {"path": "note.txt"},
        "view": {"path": "note.txt"},
        "Bash": {"command": "echo ran-a-command", "description": "says so"},
        "exec_command": {"cmd": "cat note.txt; echo ran-a-command"},
        "shell_command": {"command": "cat note.txt; echo ran-a-command"},
        "shell": {"command": ["bash", "-lc", "cat note.txt; echo ran-a-command"]},
        "Write": {"file_path": "made.txt", "content": "made by the agent\n"},
        "apply_patch": {"input": PATCH},
    }[name]


def scene(body):
    """The calls to make for that request; none for the last word."""
    names = [t["function"]["name"] for t in body.get("tools", [])]
    if not names:
        return []
    results = sum(1 for m in body["messages"] if m["role"] == "tool")
    shell, reader, editor = tool(names, SHELLS), tool(names, READERS), tool(names, EDITORS)
    if results == 0:
        return [name for name in (reader or shell, shell) if name]
    if results <= 2 and editor:
        return [editor]
    return []


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    refuse = cut = answered = retry_after = 0
    refuse_key = ""
    log = None

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.lock:
            if self.log:
                self.log.write(json.dumps({"path": self.path, "body": body}) + "\n")
                self.log.flush()
            refused = Provider.refuse > 0
            Provider.refuse -= 1 if refused else 0
            refused = refused or (self.refuse_key and self.headers["Authorization"] == "Bearer " + self.refuse_key)
            Provider.answered += 0 if refused else 1
            broken = Provider.answered == Provider.cut and not refused
        if refused or self.path != "/v1/chat/completions":
            self.reply(429 if refused else 404, {"error": {"message": "slow down" if refused else "chat only"}})
        elif body.get("stream"):
            self.stream(body, scene(body), broken)
        else:
            self.reply(200, {"id": "c", "object": "chat.completion", "model": body["model"], "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "a title"}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 3, "total_tokens": 103}})

    def reply(self, status, answer):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429 and self.retry_after:
            self.send_header("Retry-After", str(self.retry_after))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, body, calls, broken):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.delta(body, {"role": "assistant", "content": None})
        self.delta(body, {"reasoning_content": "I look around first."})
        self.delta(body, {"content": "All is " if not calls else "I will look. "})
        if broken:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.close_connection = True
            return
        for i, name in enumerate(calls):
            self.delta(body, {"tool_calls": [{"index": i, "id": f"functions.{name}:{i}", "type": "function",
                                              "function": {"name": name, "arguments": ""}}]})
        texts = [json.dumps(arguments(name)) for name in calls]
        for at in range(0, max(map(len, texts), default=0), 7):
            for i, text in enumerate(texts):
                if at < len(text):
                    self.delta(body, {"tool_calls": [{"index": i, "function": {"arguments": text[at:at + 7]}}]})
        if not calls:
            self.delta(body, {"content": "done."})
        self.event({"id": "c", "model": body["model"], "choices": [
            {"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else "stop"}]})
        if body.get("stream_options", {}).get("include_usage"):
            self.event({"id": "c", "model": body["model"], "choices": [],
                        "usage": {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def delta(self, body, delta):
        self.event({"id": "c", "object": "chat.completion.chunk", "model": body["model"],
                    "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})

    def event(self, data):
        self.wfile.write(b"data: " + json.dumps(data).encode() + b"\n\n")
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        """Connections that are kept open end without a word when the scene does."""


def main():
    options = argparse.ArgumentParser()
    options.add_argument("port", type=int)
    options.add_argument("--log")
    options.add_argument("--refuse", type=int, default=0)
    options.add_argument("--refuse-key", default="")
    options.add_argument("--retry-after", type=int, default=0)
    options.add_argument("--cut", type=int, default=0)
    given = options.parse_args()
    Provider.refuse_key = given.refuse_key
    Provider.refuse, Provider.retry_after, Provider.cut = given.refuse, given.retry_after, given.cut
    if given.log:
        Provider.log = open(given.log, "a", encoding="utf-8")
    Server(("127.0.0.1", given.port), Provider).serve_forever()


if __name__ == "__main__":
    main()
