"""Prints an openclaw.json with twelve providers of one upstream, as their owner would have it: providers.py BASE_URL."""

import json
import sys

MODELS = [{"id": "small", "name": "Small", "reasoning": False, "input": ["text"], "cost": {"input": 0.2, "output": 0.6}, "contextWindow": 128000, "maxTokens": 8192}]
PROVIDERS = {
    f"nvidia-{number}": {"baseUrl": sys.argv[1], "apiKey": f"nvapi-newcomer-{number:02}-0123456789", "api": "openai-completions", "models": MODELS}
    for number in range(1, 13)
}
json.dump({"models": {"providers": PROVIDERS}}, sys.stdout, indent=2)
