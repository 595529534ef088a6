# shellcheck shell=bash
# What benches written in shell share. To be read after deploy/lib.sh.

# borrow PACKAGE PATH: prints where that program is; where it is not installed, unpacked for us alone, since to install it would start a server.
borrow() {
  local place=$PWD/target/borrowed/$1
  if command -v "${2##*/}"; then return; fi
  if ! [ -x "$place/$2" ]; then
    mkdir -p "$place"
    # root may have old lists, whose packages are no longer there
    if [ "$(id -u)" -eq 0 ]; then apt-get -q update >&2; fi
    (cd "$place" && apt-get -q -o APT::Sandbox::User=root download "$1" && dpkg-deb -x "$1"_*.deb . && rm "$1"_*.deb) >&2 \
      || die 2 "cannot fetch $1; type: sudo apt-get update"
  fi
  printf '%s\n' "$place/$2"
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s\n' "$port"
}

# wait_until SECONDS COMMAND…
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# start_gateway [NAME=VALUE…]: a Sidecar with its data in $WORK, and these in its environment; leaves its port in SIDECAR and the admin's token in
# ADMIN. It is this checkout's, or CHECKOUT's. The caller ends what is in PIDS.
start_gateway() {
  SIDECAR=$(free_port)
  env -i PATH="$PATH" HOME="${HOME:-/}" JAVA_HOME="${JAVA_HOME:-}" SIDECAR_DATA_DIR="$WORK/data" SIDECAR_PORT="$SIDECAR" \
    SIDECAR_METRICS_PORT="$SIDECAR" "$@" "${CHECKOUT:-$PWD}/deploy/run.sh" >"$WORK/sidecar.log" 2>&1 &
  PIDS+=("$!")
  wait_until 300 curl -sf "http://127.0.0.1:$SIDECAR/health" || die 2 "Sidecar did not start: $(tail -n 20 "$WORK/sidecar.log")"
  ADMIN=$(sed -n 's/^SIDECAR_ADMIN_TOKEN=//p' "$WORK/data/sidecar.env")
}

# admin PATH [JSON]: gets from the admin API, or posts that.
admin() {
  curl -sSf "http://127.0.0.1:$SIDECAR/api/admin$1" -H "Authorization: Bearer $ADMIN" ${2:+-H 'Content-Type: application/json' -d "$2"}
}
