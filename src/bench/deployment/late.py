"""Reads a stream of upstream.py's from standard input and says how late its events came: late.py EVENTS LIMIT_MS. Status 1 if
half of them came later than that, or too few: any single one may have met a busy moment."""

import json
import sys
import time

late, done = [], False
for line in iter(sys.stdin.readline, ""):
    now = time.time()
    if line.startswith("data: {"):
        for choice in json.loads(line[6:])["choices"]:
            late.append((now - float(choice["delta"]["content"])) * 1000)
    done = done or line.strip() == "data: [DONE]"
late.sort()
if not late:
    sys.exit("no event came")
print(f"{len(late)} events, {late[len(late) // 2]:.1f} ms late (median), {late[-1]:.1f} ms (most){'' if done else ', and no end'}")
sys.exit(0 if done and len(late) == int(sys.argv[1]) and late[len(late) // 2] <= float(sys.argv[2]) else 1)
