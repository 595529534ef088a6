#!/usr/bin/env python3
"""Asks for a plain chat completion many times at once, each on a connection of its own, and waits for all answers.

Usage: crowd.py ADDRESS MODEL COUNT
"""
import json
import sys
import threading
import urllib.request

ADDRESS, MODEL, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])
BODY = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}).encode()


def ask():
    request = urllib.request.Request(ADDRESS + "/v1/chat/completions", BODY, {"Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=600) as answer:
        answer.read()


threading.stack_size(256 * 1024)
crowd = [threading.Thread(target=ask) for _ in range(COUNT)]
for one in crowd:
    one.start()
for one in crowd:
    one.join()
