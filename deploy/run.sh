#!/usr/bin/env bash
# Builds Sidecar if needed and runs it in the foreground. Everything can be set by environment variables
# (docs/configuration.md); the first run writes fresh secrets to sidecar.env in the data directory.
set -euo pipefail
# a relative path is meant from where the command was typed
case ${SIDECAR_DATA_DIR:-/} in /*) ;; *) SIDECAR_DATA_DIR=$PWD/$SIDECAR_DATA_DIR ;; esac
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

LISTENERS=configs.config.server-config.network-config.network-listeners.network-listener
# of the server's own listener, which is never opened; any number that is not one of ours
CLOSED_PORT=9

# An empty variable means "not set"; the server's own ${ENV=…} and MicroProfile Config would take it for a value.
drop_empty() {
  local name
  for name in $(compgen -e | grep -E '^(SIDECAR_|LOG_(LEVEL|FORMAT)$)'); do
    if [ -z "${!name}" ]; then unset "$name"; fi
  done
}

# Secrets of the first run, those that the environment does not bring along. Renamed into place, so that nobody ever sees
# half a file; only the run that made it says the admin token.
first_secrets() {
  local file=$1 part lines=()
  if [ -e "$file" ]; then return; fi
  if [ -z "${SIDECAR_ENCRYPTION_KEY:-}" ]; then lines+=("SIDECAR_ENCRYPTION_KEY=$(random_hex 32)"); fi
  if [ -z "${SIDECAR_ADMIN_TOKEN:-}" ]; then
    NEW_TOKEN=$(random_hex 24)
    lines+=("SIDECAR_ADMIN_TOKEN=$NEW_TOKEN")
  fi
  if [ "${#lines[@]}" -eq 0 ]; then return; fi
  part=$(umask 077 && mktemp "$file.XXXXXX")
  printf '%s\n' "# Made by the first run of deploy/run.sh. Keep it, and keep it secret: without the encryption key the" \
    "# stored provider keys cannot be read. Environment variables win over this file." "${lines[@]}" >"$part"
  mv -n "$part" "$file"
}

# Reads KEY=VALUE lines; the file is data, not a script. What is in the environment already stays.
load_env() {
  local line name value
  if ! [ -e "$1" ]; then return; fi
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ ^((SIDECAR|LOG)_[A-Z0-9_]+)=(.*)$ ]] || die 2 "$1: cannot read the line that begins with '${line%%=*}'"
    name=${BASH_REMATCH[1]} value=${BASH_REMATCH[3]}
    if [ -n "$value" ] && [ -z "${!name:-}" ]; then export "$name=$value"; fi
  done <"$1"
}

check_port() { # NAME VALUE
  if ! [[ $2 =~ ^[0-9]{1,5}$ ]] || ((10#$2 < 1 || 10#$2 > 65535)); then
    die 2 "$1 must be a port from 1 to 65535, was '$2'"
  fi
}

# The server ends with status 0 and a page of stack trace when it cannot bind, so ask before.
check_free() { # NAME HOST PORT
  local host=$2
  case $host in 0.0.0.0) host=127.0.0.1 ;; :: | '[::]') host=::1 ;; esac
  if (exec 3<>"/dev/tcp/$host/$3") 2>/dev/null; then
    die 2 "$1: port $3 on $2 is taken by another program"
  fi
}

log_settings() { # prints logging.properties for LOG_LEVEL and LOG_FORMAT
  local level server=WARNING formatter
  case ${LOG_LEVEL^^} in
    TRACE) level=FINEST server=INFO ;;
    DEBUG) level=FINE server=INFO ;;
    INFO) level=INFO ;;
    WARN | WARNING) level=WARNING ;;
    ERROR | CRITICAL) level=SEVERE server=SEVERE ;;
    *) die 2 "LOG_LEVEL must be trace, debug, info, warning or error, was '$LOG_LEVEL'" ;;
  esac
  case ${LOG_FORMAT,,} in
    console) formatter=java.util.logging.SimpleFormatter ;;
    json) formatter=fish.payara.enterprise.server.logging.JSONLogFormatter ;;
    *) die 2 "LOG_FORMAT must be console or json, was '$LOG_FORMAT'" ;;
  esac
  sed -e "s/@FORMATTER@/$formatter/" -e "s/@LEVEL@/$level/" -e "s/@SERVER_LEVEL@/$server/" deploy/logging.properties
}

# What the server is told before it deploys us; its own listener stays closed, deploy/postdeploy.txt opens ours.
server_commands() {
  local without='^$' # one port for everything needs no second listener
  [ "$SIDECAR_PORT" != "$SIDECAR_METRICS_PORT" ] || without=metrics-listener
  grep -v "$without" deploy/preboot.txt
  say "set $LISTENERS.http-listener.enabled=false"
}

drop_empty
(umask 077 && mkdir -p "${SIDECAR_DATA_DIR:-data}") || die 2 "SIDECAR_DATA_DIR: cannot make ${SIDECAR_DATA_DIR:-data}"
SIDECAR_DATA_DIR=$(cd "${SIDECAR_DATA_DIR:-data}" && pwd)
export SIDECAR_DATA_DIR
NEW_TOKEN=

# One server per data directory. The lock is held by the process itself (exec keeps descriptor 9), so even kill -9 frees it.
command -v flock >/dev/null || die 1 "flock is missing; type: sudo apt-get install -y util-linux"
exec 9>"$SIDECAR_DATA_DIR/sidecar.lock"
# a second, since who asks whether a server runs holds it for a moment
flock -w 1 9 || die 2 "another Sidecar is running on $SIDECAR_DATA_DIR"
# exec keeps this number, so deploy/sidecar stop knows whom to tell
printf '%s\n' "$$" >"$SIDECAR_DATA_DIR/sidecar.pid"

load_env "$SIDECAR_DATA_DIR/sidecar.env"
: "${SIDECAR_HOST:=127.0.0.1}" "${SIDECAR_PORT:=9190}" "${SIDECAR_METRICS_PORT:=9191}"
: "${SIDECAR_METRICS_HOST:=$SIDECAR_HOST}" "${LOG_LEVEL:=info}" "${LOG_FORMAT:=console}"
export SIDECAR_HOST SIDECAR_PORT SIDECAR_METRICS_HOST SIDECAR_METRICS_PORT LOG_LEVEL LOG_FORMAT
check_port SIDECAR_PORT "$SIDECAR_PORT"
check_port SIDECAR_METRICS_PORT "$SIDECAR_METRICS_PORT"
check_free SIDECAR_PORT "$SIDECAR_HOST" "$SIDECAR_PORT"
check_free SIDECAR_METRICS_PORT "$SIDECAR_METRICS_HOST" "$SIDECAR_METRICS_PORT"

build
need_tools java
JAVA=$(java_tool java)

# From here on everything is written for this user alone: secrets, the database, backups.
umask 077

# Where the server unpacks itself (about 110 MB). Ours alone thanks to the lock, so what a kill -9 left behind goes now.
RUN=$SIDECAR_DATA_DIR/run
rm -rf "$RUN"
mkdir -p "$RUN"
log_settings >"$RUN/logging.properties"
server_commands >"$RUN/preboot.txt"

[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 12288 ] \
  || say "note: only $(ulimit -Hn) open files are allowed (ulimit -n); every stream takes two"
# Last of all, so that a run that failed before has not used up the one showing of the token.
first_secrets "$SIDECAR_DATA_DIR/sidecar.env"
load_env "$SIDECAR_DATA_DIR/sidecar.env"
if [ -f /dev/stdout ]; then NEW_TOKEN=; fi # no secret is written to a log; deploy/sidecar start shows it
[ -z "$NEW_TOKEN" ] || say "admin token (shown only now, kept in $SIDECAR_DATA_DIR/sidecar.env): $NEW_TOKEN"
say "starting Sidecar at http://$SIDECAR_HOST:$SIDECAR_PORT (metrics also on port $SIDECAR_METRICS_PORT); Ctrl-C stops it"

# A small heap that grows when needed, by no less than 16 MB: each time it grows the collector looks through all of it, half a
# second on a busy machine, which the smaller steps of the ratios take nine times a start. Few malloc arenas (docs/operations.md#memory). JAVA_OPTS comes last, and wins; a
# JVM refuses to start with two collectors, so naming one there drops ours.
FLAGS=(-Xms64m -Xmx256m -Xss512k -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:MinHeapDeltaBytes=16m
  -XX:ReservedCodeCacheSize=64m -XX:MetaspaceSize=96m -XX:MaxMetaspaceSize=192m -XX:+ExitOnOutOfMemoryError)
[[ ${JAVA_OPTS:-} == *-XX:+Use*GC* ]] || FLAGS+=(-XX:+UseSerialGC -Xmn24m)
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
# The server would refuse a request with any header value beyond ASCII, without a word; controls are refused by door.HttpFramingValidator.
FLAGS+=(-Dorg.glassfish.grizzly.http.STRICT_HEADER_VALUE_VALIDATION_RFC_9110=false)
# shellcheck disable=SC2206 # JAVA_OPTS is a list of words
FLAGS+=(-Djava.io.tmpdir="$RUN" ${JAVA_OPTS:-})

# With the archive Java 17 crashes where something watches it from the start on: a flight recording, an agent.
WATCHERS="${JAVA_OPTS:-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}"
case $WATCHERS in *StartFlightRecording* | *-javaagent:* | *-agentlib:* | *-agentpath:*) FLAGS+=(-Xshare:off) ;; esac

# As it came, the server unpacks itself at every start; deploy/archive.sh has it done before, and its classes parsed.
LAUNCH=(-jar "$SERVER")
if [ "$UNPACKED/java.args" -nt "$SERVER" ]; then
  cp -R "$UNPACKED/root" "$RUN/root"
  # where it finds the list of its modules, and these
  LAUNCH=("-Dfish.payara.micro.BootJar=file://${PWD// /%20}/$UNPACKED/launch-micro.jar" "-Dfish.payara.micro.UnpackDir=$PWD/$UNPACKED"
    "@$UNPACKED/java.args" --rootdir "$RUN/root")
fi

# The WAR and not target/sidecar: the server unpacks its own copy, so building again does not pull the ground from
# under a running server. exec: signals reach the server, and its exit code is ours.
exec "$JAVA" "${FLAGS[@]}" "${LAUNCH[@]}" --nohazelcast --contextroot / --port "$CLOSED_PORT" \
  --logproperties "$RUN/logging.properties" --prebootcommandfile "$RUN/preboot.txt" \
  --postdeploycommandfile deploy/postdeploy.txt --deploy "$WAR"
