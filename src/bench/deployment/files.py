"""Reads the deployment's files as the programs would that are not here: files.py compose | proxies | dashboard. Says what is wrong, and ends with 1."""

import json
import os
import re
import sys

import yaml

DEPLOY = "deploy"
KNOWN = set(
    "build cap_drop command depends_on env_file environment healthcheck image logging pids_limit ports profiles read_only restart security_opt"
    " shm_size stop_grace_period tmpfs ulimits user volumes".split()
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
        if service["image"].partition(":")[2] in ("", "latest"):
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
    yield from gateways(services)
    yield from cluster(services)
    yield from wiring(services)


def gateways(services):
    """What holds for the one Sidecar and for each node: time to stop, and settings that there are."""
    with open("docs/configuration.md") as file:
        settings = set(re.findall(r"`((?:SIDECAR|LOG)_[A-Z0-9_]+)`", file.read()))
    places = []
    for name, service in services.items():
        if service["image"] != services["sidecar"]["image"]:
            continue
        if int(service["stop_grace_period"].removesuffix("s")) <= 30:
            yield f"{name}: stop_grace_period is not above shutdown_grace_seconds"
        yield from (f"{name}: there is no setting {key}" for key in service["environment"].keys() - settings)
        if not any(volume.endswith(":" + service["environment"]["SIDECAR_DATA_DIR"]) for volume in service["volumes"]):
            yield f"{name}: its data directory is on no volume"
        places += service["volumes"]
    if len(set(places)) < len(places):
        yield f"two gateways in one volume: {places}"


def cluster(services):
    """That nodes are all alike but for their volumes, know their database, and that the proxy knows each of them and nobody else."""
    nodes = {name: service for name, service in services.items() if name.startswith("node-")}
    if len(nodes) < 3:
        yield f"nodes are only {sorted(nodes)}"
    alike = {json.dumps({key: value for key, value in node.items() if key != "volumes"}, sort_keys=True) for node in nodes.values()}
    if len(alike) > 1:
        yield "nodes differ in more than their volumes"
    for name in [*nodes, "proxy", "postgres"]:
        if services[name].get("profiles") != ["cluster"]:
            yield f"{name}: not in the profile cluster alone"
    environment = nodes["node-1"]["environment"]
    database = services["postgres"]["environment"]
    if not environment["SIDECAR_DB_URL"].endswith(f":-jdbc:postgresql://postgres:5432/{database['POSTGRES_DB']}}}"):
        yield f"nodes use {environment['SIDECAR_DB_URL']}"
    if environment["SIDECAR_DB_USER"] != database["POSTGRES_USER"]:
        yield "nodes and database disagree about the user"
    with open(f"{DEPLOY}/nginx-compose.conf") as file:
        blocks = re.findall(r"upstream \w+ \{([^}]*)\}", file.read())
    for block in blocks:
        servers = re.findall(r"server (\S+) resolve;", block)
        if servers != [f"{name}:{environment['SIDECAR_PORT']}" for name in nodes]:
            yield f"proxy: knows {servers}"
    if not blocks or set(services["proxy"]["depends_on"]) != set(nodes):
        yield "proxy: does not wait for every node"


def proxies():
    """That both nginx configurations treat requests alike."""
    told = []
    for name in ("nginx.conf", "nginx-compose.conf"):
        with open(f"{DEPLOY}/{name}") as file:
            text = file.read()
        told.append(set(re.findall(r"\b((?:proxy_(?!pass\b|temp)|client_(?:max|body_buffer)|send_timeout|keepalive|gzip)[^;]*);", text)))
    yield from (f"nginx: only one of two says {line}" for line in sorted(told[0] ^ told[1]))
    if not any(line.startswith("proxy_next_upstream ") for line in told[0]):
        yield "nginx: says nothing of the next node"


def wiring(services):
    """That Prometheus asks every Sidecar, and Grafana Prometheus, by names and ports that exist."""
    with open(f"{DEPLOY}/prometheus/compose.yml") as file:
        targets = yaml.safe_load(file)["scrape_configs"][0]["dns_sd_configs"][0]
    gateway = services["sidecar"]
    if set(targets["names"]) != {name for name, service in services.items() if service["image"] == gateway["image"]}:
        yield f"prometheus: asks {targets['names']}"
    if targets["port"] != gateway["environment"]["SIDECAR_METRICS_PORT"]:
        yield f"prometheus: asks port {targets['port']}"
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


wrong = list({"compose": compose, "proxies": proxies, "dashboard": dashboard}[sys.argv[1]]())
print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(1 if wrong else 0)
