"""Reads deploy/kubernetes as a cluster would: kubernetes.py promises | probes | typescript.

promises says what is wrong, and ends with 1; probes prints the path and the port of each probe; typescript prints a program that a compiler
accepts only when every object has the form that Kubernetes publishes: no unknown member, none missing, each of its type.
"""

import glob
import json
import re
import sys

import yaml

FOLDER = "deploy/kubernetes"
# where kubernetes-types has the types of an apiVersion
MODULES = {"v1": "core/v1"}


def objects():
    """Pairs of a file's name and an object in it; the examples are what an operator would apply beside the rest."""
    for name in sorted(glob.glob(f"{FOLDER}/**/*.yaml", recursive=True)):
        with open(name) as file:
            yield from ((name, document) for document in yaml.safe_load_all(file) if document)


def find(kind, name="sidecar"):
    found = [document for _, document in objects() if (document["kind"], document["metadata"]["name"]) == (kind, name)]
    if len(found) != 1:
        sys.exit(f"{len(found)} objects {kind} {name}")
    return found[0]


def typescript():
    """Types alone: nothing of it is ever run."""
    for number, (name, document) in enumerate(objects()):
        version = document["apiVersion"]
        module = MODULES.get(version, version.replace(".k8s.io", "").replace(".authorization", ""))
        print(f'// {name}\nimport type {{ {document["kind"]} as Kind{number} }} from "kubernetes-types/{module}";')
        # the types leave open what a manifest must have
        needed = f"Kind{number} & {{ apiVersion: string; kind: string; metadata: {{ name: string }} }}"
        print(f"export const object{number}: {needed} = {json.dumps(document, indent=1)};")


def probes():
    for name, probe in container().items():
        if name.endswith("Probe"):
            print(probe["httpGet"]["path"], probe["httpGet"]["port"])


def pod():
    return find("Deployment")["spec"]["template"]["spec"]


def container():
    (only,) = pod()["containers"]
    return only


def promises():
    yield from image()
    yield from settings()
    yield from secrets()
    yield from hardened()
    yield from stop()
    yield from ports()
    yield from selectors()


def image():
    with open("deploy/compose.yaml") as file:
        compose = yaml.safe_load(file)["services"]["sidecar"]["image"]
    if container()["image"] != compose:
        yield f"the image is {container()['image']}, and {compose} in compose.yaml"
    with open("Dockerfile") as file:
        user = int(re.search(r"(?m)^USER (\d+)", file.read()).group(1))
    if pod()["securityContext"]["runAsUser"] != user:
        yield f"the image's user is {user}"


def settings():
    """Every variable is a setting, and no secret stands in the open."""
    with open("docs/configuration.md") as file:
        rows = re.findall(r"(?m)^\| `[^`]*` \| `([A-Z_0-9]+)` \|(.*)$", file.read())
    known = {name for name, _ in rows}
    secret = {name for name, row in rows if "| secret |" in row}
    plain = dict(find("ConfigMap")["data"])
    referred = []
    for variable in container()["env"]:
        if "value" in variable:
            plain[variable["name"]] = variable["value"]
        else:
            referred.append(variable["name"])
    yield from (f"there is no setting {name}" for name in sorted({*plain, *referred} - known))
    yield from (f"{name} is a secret" for name in sorted(secret & plain.keys()))
    yield from (f"{name} is not from the secret" for name in ("SIDECAR_ENCRYPTION_KEY", "SIDECAR_ADMIN_TOKEN") if name not in referred)
    if [source["configMapRef"]["name"] for source in container()["envFrom"]] != [find("ConfigMap")["metadata"]["name"]]:
        yield "the settings are of another ConfigMap"
    if not plain["SIDECAR_DB_URL"].startswith("jdbc:postgresql:") or "password" in plain["SIDECAR_DB_URL"]:
        yield "SIDECAR_DB_URL is no PostgreSQL's, or holds a password"


def secrets():
    """What the pods refer to is in the example, which holds none."""
    example = find("Secret")
    for variable in container()["env"]:
        source = variable.get("valueFrom", {}).get("secretKeyRef")
        if source and (source["name"] != example["metadata"]["name"] or source["key"] not in example["stringData"]):
            yield f"{variable['name']}: there is no {source['key']} in {source['name']}"
        if source and source.get("optional"):
            yield f"{variable['name']}: without it each node would make its own"
    yield from (f"a secret in the repository: {key}" for key, value in example["stringData"].items() if value)


def hardened():
    security = container()["securityContext"]
    if not security["readOnlyRootFilesystem"] or security["allowPrivilegeEscalation"] or security["capabilities"] != {"drop": ["ALL"]}:
        yield "the container is not hardened"
    if not pod()["securityContext"]["runAsNonRoot"] or pod()["securityContext"]["seccompProfile"]["type"] != "RuntimeDefault":
        yield "the pod is not hardened"
    # a variable SIDECAR_PORT that Kubernetes made of the Service sidecar
    if pod()["enableServiceLinks"] or pod()["automountServiceAccountToken"]:
        yield "the pod is told of services or of the API"
    volumes = {volume["name"] for volume in pod()["volumes"]}
    mounts = {mount["mountPath"]: mount["name"] for mount in container()["volumeMounts"]}
    yield from (f"nothing can be written to {path}" for path in ("/data", "/tmp") if mounts.get(path) not in volumes)


def stop():
    """A pod has the time that Sidecar takes to stop, and upgrades never leave fewer nodes."""
    with open("docs/configuration.md") as file:
        grace = int(re.search(r"`SIDECAR_SHUTDOWN_GRACE_SECONDS` \| `(\d+)`", file.read()).group(1))
    grace = int(find("ConfigMap")["data"].get("SIDECAR_SHUTDOWN_GRACE_SECONDS", grace))
    command, seconds = container()["lifecycle"]["preStop"]["exec"]["command"]
    if command != "sleep" or pod()["terminationGracePeriodSeconds"] < int(seconds) + grace + 15:
        yield f"a stop takes {seconds} s, {grace} s and some more: terminationGracePeriodSeconds is too short"
    rolling = find("Deployment")["spec"]["strategy"]["rollingUpdate"]
    if rolling["maxUnavailable"] != 0 or rolling["maxSurge"] < 1:
        yield "an upgrade takes a node away before there is another"


def ports():
    """That names of ports lead to the ports that Sidecar listens on."""
    values = {variable["name"]: variable.get("value") for variable in container()["env"]}
    named = {port["name"]: str(port["containerPort"]) for port in container()["ports"]}
    if named != {"http": values["SIDECAR_PORT"], "metrics": values["SIDECAR_METRICS_PORT"]}:
        yield f"Sidecar listens elsewhere than {named}"
    for name in ("sidecar", "sidecar-metrics"):
        yield from (
            f"Service {name}: no port {port['targetPort']}" for port in find("Service", name)["spec"]["ports"] if port["targetPort"] not in named
        )
    served = {port["name"] for port in find("Service")["spec"]["ports"]}
    for rule in find("Ingress")["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            service = path["backend"]["service"]
            if service["name"] != "sidecar" or service["port"]["name"] not in served:
                yield f"Ingress: no service {service}"


def selectors():
    deployment = find("Deployment")["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    budget = find("PodDisruptionBudget")["spec"]
    spread = [constraint["labelSelector"]["matchLabels"] for constraint in pod()["topologySpreadConstraints"]]
    choices = [deployment["selector"]["matchLabels"], budget["selector"]["matchLabels"], *spread]
    choices += [find("Service", name)["spec"]["selector"] for name in ("sidecar", "sidecar-metrics")]
    yield from (f"{choice} selects no pod" for choice in choices if not choice or not choice.items() <= labels.items())
    if budget["maxUnavailable"] >= deployment["replicas"]:
        yield "the budget lets all nodes go at once"


if sys.argv[1] == "promises":
    wrong = list(promises())
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)
{"probes": probes, "typescript": typescript}[sys.argv[1]]()
