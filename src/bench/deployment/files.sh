# shellcheck shell=bash
# What can be said of the files by themselves. Read by run.sh.

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
    docker compose -f deploy/compose.yaml --profile monitoring config -q
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

try_files() {
  local promtool
  find_yaml_python
  promtool=$(borrow prometheus usr/bin/promtool)
  check "systemd: the unit is understood" systemd-analyze verify --man=no "$(unit_here)"
  check "systemd: what it may do" unit_security
  check "compose: hardened, and wired together" compose_config
  check "prometheus: its configuration" "$promtool" check config deploy/prometheus/prometheus.yml
  check "prometheus: its configuration under compose" "$promtool" check config deploy/prometheus/compose.yml
  check "grafana and alerts: every metric is documented" python3 "$HERE/files.py" dashboard
}
