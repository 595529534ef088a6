# shellcheck shell=bash
# The Dockerfile step by step, and what comes out of it as a container would run it. Read by run.sh.

# shellcheck source=src/bench/deployment/debian.sh
. "$HERE/debian.sh"

# Runs in namespaces of its own: the root read-only but for /data and /tmp, process 1, another user without any capability.
# shellcheck disable=SC2016 # the inner shell expands
CONTAINER='
set -e
root=$1 data=$2 hide=$3 user=$4 place=$5
shift 5
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount --bind "$data" "$root/data"
mount -t tmpfs -o mode=1777,size=64m,noexec,nosuid,nodev tmpfs "$root/tmp"
[ -z "$hide" ] || mount -t tmpfs tmpfs "$root/$hide"
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs \
  env -i -C "$place" "$@"
'

# start_container LOG [HIDE]: leaves what stands for the engine in ENGINE and its process 1 in INIT. Returns when it is healthy; TOOK says how many
# seconds that took, CPU how many of processor time.
start_container() {
  local begun=$EPOCHREALTIME
  unshare --mount --propagation private --pid --fork --kill-child bash -c "$CONTAINER" container "$IMAGE_ROOT" "$WORK/volume" "${2:-}" "$IMAGE_USER" \
    "$IMAGE_WORKDIR" "${IMAGE_ENV[@]}" "SIDECAR_PORT=$CONTAINER_PORT" "SIDECAR_METRICS_PORT=$CONTAINER_METRICS" "${IMAGE_ENTRYPOINT[@]}" >"$1" 2>&1 &
  ENGINE=$!
  PIDS+=("$ENGINE")
  until healthy >/dev/null 2>&1; do
    if ! kill -0 "$ENGINE" 2>/dev/null || ((EPOCHSECONDS - ${begun%.*} > 180)); then die 1 "it did not become healthy: $(tail -n 20 "$1")"; fi
    sleep 0.2
  done
  INIT=$(pgrep -P "$ENGINE")
  TOOK=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
  # user and system time, in hundredths of a second
  CPU=$(awk '{ printf "%.1f", ($14 + $15) / 100 }' "/proc/$INIT/stat")
}

# The image's own HEALTHCHECK.
healthy() {
  chroot "$IMAGE_ROOT" setpriv --reuid="${IMAGE_USER%:*}" --regid="${IMAGE_USER#*:}" --clear-groups --no-new-privs \
    env -i "${IMAGE_ENV[@]}" "SIDECAR_PORT=$CONTAINER_PORT" sh -c "$IMAGE_HEALTH"
}

stop_container() {
  local begun=$SECONDS status=0
  kill -TERM "$INIT"
  wait "$ENGINE" || status=$?
  unset 'PIDS[-1]'
  ENGINE=
  check "image: SIGTERM, status $status after $((SECONDS - begun)) s" [ "$status $((SECONDS - begun < 45))" = '143 1' ]
}

harmless() {
  grep -E '^(Uid|Gid|CapPrm|CapEff|CapBnd|NoNewPrivs|Groups):' "/proc/$INIT/status" | tr -s '\t \n' ' '
  grep -qE '^CapBnd:\s0+$' "/proc/$INIT/status" && grep -qE '^NoNewPrivs:\s1$' "/proc/$INIT/status" && grep -qE '^Uid:\s10001\s10001' "/proc/$INIT/status"
}

read_only() {
  local place
  for place in /opt/sidecar /etc /var/tmp /root; do
    if touch "/proc/$INIT/root$place/x" 2>/dev/null; then
      say "$place can be written to"
      return 1
    fi
  done
}

archive_in_use() { grep -q 'target/server/classes.jsa' "/proc/$INIT/maps"; }

token_said_once() { [ "$(grep -c 'admin token (shown only now' "$1")" = "$2" ]; }

# But for what run.sh itself says before the server is there (and the server's last words at a stop), every line is one JSON object.
log_is_json() {
  sed '/^\(admin token\|starting Sidecar\|note:\)/d' "$1" | python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin if line.strip()]
print(len(lines), "lines")
sys.exit(not lines)'
}

no_secrets() {
  local found
  found=$(find "$IMAGE_ROOT/opt" "$IMAGE_ROOT/data" "$IMAGE_ROOT/tmp" "$IMAGE_ROOT/root" \( -name '*.env' -o -name 'sidecar.*db' \) -print)
  found+=$(grep -rlE 'SIDECAR_[A-Z_]*(KEY|TOKEN)=[0-9a-f]{32}' "$IMAGE_ROOT/opt" "$IMAGE_ROOT/etc" "$IMAGE_ROOT/tmp" || true)
  printf '%s' "$found"
  [ -z "$found" ]
}

try_image() {
  need_namespaces
  debian_base
  unshare --mount --propagation private python3 "$HERE/image.py" "$BASE" "$WORK/image" || exit 1
  # shellcheck source=/dev/null
  . "$WORK/image/config.sh"
  CONTAINER_PORT=$(free_port)
  CONTAINER_METRICS=$(free_port)
  mkdir "$WORK/volume"
  chown "$IMAGE_USER" "$WORK/volume"
  chmod 700 "$WORK/volume"
  check "image: no secret in it" no_secrets
  start_container "$WORK/first.log"
  say "        healthy after $TOOK s, $CPU CPU s: the first start"
  check "image: the first run says its admin token" token_said_once "$WORK/first.log" 1
  check "image: another user, no capabilities" harmless
  check "image: nothing but /data and /tmp is writable" read_only
  check "image: the class archive is in use" archive_in_use
  check "image: its log is JSON" log_is_json "$WORK/first.log"
  stop_container
  start_container "$WORK/second.log"
  say "        healthy after $TOOK s, $CPU CPU s: with the class archive"
  check "image: a restart knows its secrets" token_said_once "$WORK/second.log" 0
  stop_container
  start_container "$WORK/third.log" opt/sidecar/target/server
  say "        healthy after $TOOK s, $CPU CPU s: without it"
  stop_container
}
