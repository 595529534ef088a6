#!/usr/bin/env bash
# Makes later starts quicker: unpacks the server into target/server and archives the classes that a start parses. For an image or an
# installed directory, after every build. With another build or another Java the archive is left unused and does no harm.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

ARCHIVE=$UNPACKED/classes.jsa
WORK=
SIDECAR_PID=
PORT=$((20000 + RANDOM % 10000))

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
  [ -z "$SIDECAR_PID" ] || kill -9 "$SIDECAR_PID" 2>/dev/null || true
  rm -rf "$WORK"
}

unpack() {
  local part
  mkdir -p "$UNPACKED"
  "$JAVA" -jar "$SERVER" --rootdir "$UNPACKED" --outputlauncher >"$WORK/log" 2>&1 || die 1 "cannot unpack the server: $(tail -n 20 "$WORK/log")"
  # shellcheck source=/dev/null
  MICRO_OPENS=$(. "$UNPACKED/.env" && say "$MICRO_OPENS")
  # what it writes to, and run.sh copies for every start
  mkdir "$UNPACKED/root"
  for part in config lib docroot; do mv "$UNPACKED/$part" "$UNPACKED/root/"; done
  rm -rf "$UNPACKED/.env" "$UNPACKED/META-INF"
}

# What java is told, in place of -jar. Paths are relative, so that the directory can be moved (without the archive, which insists).
write_arguments() { # [OPTION…]
  printf '%s\n' "$@" "$MICRO_OPENS" "-cp $UNPACKED/launch-micro.jar" fish.payara.micro.impl.PayaraMicroImpl >"$WORK/java.args"
  mv "$WORK/java.args" "$UNPACKED/java.args"
}

# A start, one request of every kind, and a stop, of a server that nobody sees.
train() {
  local path name
  for name in $(compgen -e SIDECAR_ || true) LOG_LEVEL LOG_FORMAT; do unset "$name"; done
  SIDECAR_DATA_DIR=$WORK/data SIDECAR_PORT=$PORT SIDECAR_METRICS_PORT=$PORT \
    JAVA_OPTS="-XX:ArchiveClassesAtExit=$PWD/$ARCHIVE.part ${JAVA_OPTS:-}" deploy/run.sh >"$WORK/log" 2>&1 &
  SIDECAR_PID=$!
  until curl -sf -o /dev/null "http://127.0.0.1:$PORT/health"; do
    if ! kill -0 "$SIDECAR_PID" 2>/dev/null || [ "$SECONDS" -gt 300 ]; then die 1 "the server did not start: $(grep -v '\[cds' "$WORK/log" | tail -n 20)"; fi
    sleep 0.5
  done
  # what a start and the first visitors need
  for path in /login /openapi /metrics /v1/models /api/admin/backends /v1/chat/completions; do
    curl -s -o /dev/null -m 30 "http://127.0.0.1:$PORT$path" || true
  done
  curl -s -o /dev/null -m 30 -d '{"model":"none","messages":[]}' "http://127.0.0.1:$PORT/v1/chat/completions" || true
  kill -TERM "$SIDECAR_PID"
  wait "$SIDECAR_PID" || [ $? -eq 143 ] || die 1 "the server did not stop as it should: $(grep -v '\[cds' "$WORK/log" | tail -n 20)"
  SIDECAR_PID=
}

build
need_tools java curl
JAVA=$(java_tool java)
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
WORK=$(mktemp -d "${TMPDIR:-/tmp}/sidecar-archive.XXXXXX")

rm -rf "$UNPACKED"
say "unpacking the server"
unpack
write_arguments
say "archiving its classes, by starting and stopping it once"
train
# in its place only when it is whole: half a file can end the Java that reads it
mv "$ARCHIVE.part" "$ARCHIVE"
write_arguments "-XX:SharedArchiveFile=$ARCHIVE" -Xlog:cds=off -Xlog:cds+dynamic=off
# whoever runs the server may be another user
chmod -R u=rwX,go=rX "$UNPACKED"
say "done: $(du -sh "$UNPACKED" | cut -f1) in $UNPACKED"
