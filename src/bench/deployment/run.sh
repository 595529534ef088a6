#!/usr/bin/env bash
# Tries what deploy/ and the Dockerfile offer, as far as can be without a container engine and systemd. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

usage() {
  cat <<'END'
usage: src/bench/deployment/run.sh [files|nginx|image]…
  files   compose file, monitoring, systemd unit: seconds
  nginx   a Sidecar behind the shipped nginx.conf, with TLS: half a minute
  image   every step of the Dockerfile in folders, then the result as a container would run it: minutes, and root
without a word all of them
END
}

FAILED=0
PIDS=()
ENGINE=
CACHE=$PWD/target/deployment

# shellcheck disable=SC2317 # the traps call it
clean_up() {
  trap - EXIT INT TERM
  local pid
  for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
  # what stands for a container engine hears only this, and takes its container along
  if [ -n "$ENGINE" ]; then kill -9 "$ENGINE" 2>/dev/null || true; fi
  wait
  rm -rf "$WORK"
}

# check NAME COMMAND…: says how it went; the last line that the command prints is shown beside the name, all of them when it failed.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf 'ok      %s%s\n' "$name" "${output:+: $(tail -n 1 <<<"$output")}"
  else
    printf 'FAILED  %s\n%s\n' "$name" "$output"
    FAILED=1
  fi
}

# borrow PACKAGE PATH: prints where that program is; where it is not installed, unpacked for us alone, since to install it would start a server.
borrow() {
  if command -v "${2##*/}"; then return; fi
  if ! [ -x "$CACHE/$1/$2" ]; then
    mkdir -p "$CACHE/$1"
    # root may have old lists, whose packages are no longer there
    if [ "$(id -u)" -eq 0 ]; then apt-get -q update >&2; fi
    (cd "$CACHE/$1" && apt-get -q -o APT::Sandbox::User=root download "$1" && dpkg-deb -x "$1"_*.deb . && rm "$1"_*.deb) >&2 \
      || die 2 "cannot fetch $1; type: sudo apt-get update"
  fi
  printf '%s\n' "$CACHE/$1/$2"
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

# shellcheck source=src/bench/deployment/files.sh
. "$HERE/files.sh"
# shellcheck source=src/bench/deployment/nginx.sh
. "$HERE/nginx.sh"
# shellcheck source=src/bench/deployment/image.sh
. "$HERE/image.sh"

[ "$#" -gt 0 ] || set -- files nginx image
for word in "$@"; do
  case $word in
    files | nginx | image) ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done

need_tools python3 curl openssl
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
WORK=$(mktemp -d "${TMPDIR:-/tmp}/deployment.XXXXXX")
# nginx's workers are another user
chmod 711 "$WORK"
for word in "$@"; do
  case $word in
    files) try_files ;;
    nginx) try_nginx ;;
    image) try_image ;;
  esac
done
exit "$FAILED"
