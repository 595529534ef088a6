# shellcheck shell=bash
# What can be said of the files by themselves. Read by run.sh.

# Kubernetes' published API as types, and the compiler that knows what they mean.
KUBERNETES_TYPES=1.30.0
TYPESCRIPT=5.9.3

# systemd wants the program to be where the unit says.
unit_here() {
  mkdir -p "$WORK/unit"
  sed "s#/opt/sidecar/#$PWD/#" deploy/sidecar.service >"$WORK/unit/sidecar.service"
  printf '%s\n' "$WORK/unit/sidecar.service"
}

# Fails above 1.5 of 10; its last line is "Overall exposure level …".
unit_security() {
  systemd-analyze security --no-pager --offline=yes --threshold=15 "$(unit_here)"
}

compose_config() {
  if docker compose version >/dev/null 2>&1; then
    docker compose -f deploy/compose.yaml --profile monitoring --profile cluster config -q
  fi
  "$YAML_PYTHON" "$HERE/files.py" compose
}

# A Python that reads YAML; Debian's is not always the first on the path.
find_yaml_python() {
  for YAML_PYTHON in python3 /usr/bin/python3; do
    if "$YAML_PYTHON" -c 'import yaml' 2>/dev/null; then return; fi
  done
  if [ "$(id -u)" -eq 0 ] && apt-get -q update >&2 && apt-get -q install -y --no-install-recommends python3-yaml >&2; then
    YAML_PYTHON=/usr/bin/python3
    return
  fi
  die 2 "Python's YAML is missing; type: sudo apt-get install -y python3-yaml"
}

find_kubernetes_types() {
  KUBERNETES=$PWD/target/borrowed/kubernetes-$KUBERNETES_TYPES-$TYPESCRIPT
  if [ -x "$KUBERNETES/node_modules/.bin/tsc" ]; then return; fi
  need_tools npm
  npm install --prefix "$KUBERNETES" --no-save --ignore-scripts --no-audit --no-fund \
    "kubernetes-types@$KUBERNETES_TYPES" "typescript@$TYPESCRIPT" >&2 || die 2 "cannot fetch the types of Kubernetes"
}

# valid_objects [SED EXPRESSION]: whether every manifest has the form that Kubernetes publishes; with one, after that change.
valid_objects() {
  "$YAML_PYTHON" "$HERE/kubernetes.py" typescript | sed "${1:-}" >"$KUBERNETES/objects.ts"
  (cd "$KUBERNETES" && node_modules/.bin/tsc --noEmit --strict --target es2022 --module esnext --moduleResolution bundler objects.ts)
}

# What the check is worth: it finds a member that there is none of, one that is missing, and one of another type.
finds_mistakes() {
  local mistake
  for mistake in s/readinessProbe/readynessProbe/ '/"pathType"/d' 's/"containerPort": 9190/"containerPort": "9190"/' 's#"apps/v1"#"apps/v2"#'; do
    if valid_objects "$mistake" >/dev/null; then
      say "not found: $mistake"
      return 1
    fi
  done
}

try_files() {
  local promtool
  find_yaml_python
  promtool=$(borrow prometheus usr/bin/promtool)
  check "systemd: the unit is understood" systemd-analyze verify --man=no "$(unit_here)"
  check "systemd: what it may do" unit_security
  check "compose: hardened, and wired together" compose_config
  check "compose and nginx: both configurations treat requests alike" "$YAML_PYTHON" "$HERE/files.py" proxies
  find_kubernetes_types
  check "kubernetes: every object has the published form" valid_objects
  check "kubernetes: another form would be found" finds_mistakes
  check "kubernetes: hardened, wired together, with time to stop" "$YAML_PYTHON" "$HERE/kubernetes.py" promises
  check "prometheus: its configuration" "$promtool" check config deploy/prometheus/prometheus.yml
  check "prometheus: its configuration under compose" "$promtool" check config deploy/prometheus/compose.yml
  check "grafana and alerts: every metric is documented" "$YAML_PYTHON" "$HERE/files.py" dashboard
}
