"""Reads the deployment's files as the programs would that are not here: files.py compose | dashboard. Says what is wrong, and ends with 1."""

import json
import os
import re
import sys

import yaml

DEPLOY = "deploy"
KNOWN = set(
    "build cap_drop command depends_on env_file environment image logging pids_limit ports profiles read_only restart security_opt"
    " stop_grace_period tmpfs ulimits volumes".split()
)


def compose():
    """The promises of compose.yaml, and that what it names is there."""
    with open(f"{DEPLOY}/compose.yaml") as file:
        document = yaml.safe_load(file)
    services = document["services"]
    for name, service in services.items():
        yield from (f"{name}: unknown key {key}" for key in service.keys() - KNOWN)
        if not (service["read_only"] and service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"]):
            yield f"{name}: not hardened"
        if service["image"].rpartition(":")[2] in ("", "latest"):
            yield f"{name}: its image has no version"
        for port in service.get("ports", []):
            if not re.match(r"(127\.0\.0\.1|\$\{SIDECAR_PUBLISH:-127\.0\.0\.1\}):", port):
                yield f"{name}: {port} is open to others by default"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                if not os.path.exists(os.path.join(DEPLOY, source)):
                    yield f"{name}: there is no {source}"
            elif source not in document["volumes"]:
                yield f"{name}: volume {source} is not declared"
        for other in service.get("depends_on", []):
            if other not in services:
                yield f"{name}: there is no service {other}"
    grace = int(services["sidecar"]["stop_grace_period"].removesuffix("s"))
    if grace <= 30:
        yield "sidecar: stop_grace_period is not above shutdown_grace_seconds"
    yield from wiring(services)


def wiring(services):
    """That Prometheus asks Sidecar, and Grafana Prometheus, by names and ports that exist."""
    with open(f"{DEPLOY}/prometheus/compose.yml") as file:
        targets = yaml.safe_load(file)["scrape_configs"][0]["static_configs"][0]["targets"]
    metrics_port = services["sidecar"]["environment"]["SIDECAR_METRICS_PORT"]
    if targets != [f"sidecar:{metrics_port}"]:
        yield f"prometheus: asks {targets}, not sidecar:{metrics_port}"
    with open(f"{DEPLOY}/grafana/provisioning/datasources/prometheus.yml") as file:
        source = yaml.safe_load(file)["datasources"][0]
    if source["url"] != "http://prometheus:9090" or "prometheus" not in services:
        yield f"grafana: its data source is {source['url']}"
    with open(f"{DEPLOY}/grafana/provisioning/dashboards/sidecar.yml") as file:
        place = yaml.safe_load(file)["providers"][0]["options"]["path"]
    if not any(volume.split(":")[1] == f"{place}/sidecar.json" for volume in services["grafana"]["volumes"]):
        yield f"grafana: no dashboard is mounted in {place}"


def names_in(text):
    """Metric names, without the endings that a histogram's series have."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\bsidecar_[a-z_]+", text)}


def dashboard():
    """That every metric that dashboard and alerts ask for is in docs/metrics.md."""
    with open("docs/metrics.md") as file:
        known = names_in(file.read())
    for name in (f"{DEPLOY}/grafana/sidecar.json", f"{DEPLOY}/prometheus/alerts.yml"):
        with open(name) as file:
            text = file.read()
        if name.endswith(".json"):
            json.loads(text)
        used = names_in(text)
        if not used:
            yield f"{name}: asks for no metric at all"
        yield from (f"{name}: {metric} is not in docs/metrics.md" for metric in sorted(used - known))


wrong = list({"compose": compose, "dashboard": dashboard}[sys.argv[1]]())
print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(1 if wrong else 0)
