#!/usr/bin/env bash
# Tries what deploy/ and the Dockerfile offer, as far as can be without a container engine and systemd. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/tools.sh
. src/bench/tools.sh

usage() {
  cat <<'END'
usage: src/bench/deployment/run.sh [files|nginx|war|image]…
  files   compose file, Kubernetes' manifests, monitoring, systemd unit: seconds
  nginx   a Sidecar behind the shipped nginx.conf, with TLS, then stubs of nodes: a minute and a half
  war     the WAR deployed by hand below /gate/way, to a Payara Micro and to a Payara Server: three minutes
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

# shellcheck source=src/bench/deployment/files.sh
. "$HERE/files.sh"
# shellcheck source=src/bench/deployment/nginx.sh
. "$HERE/nginx.sh"
# shellcheck source=src/bench/deployment/image.sh
. "$HERE/image.sh"
# shellcheck source=src/bench/deployment/war.sh
. "$HERE/war.sh"

[ "$#" -gt 0 ] || set -- files nginx war image
for word in "$@"; do
  case $word in
    files | nginx | war | image) ;;
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
    war) try_war ;;
    image) try_image ;;
  esac
done
exit "$FAILED"
