#!/usr/bin/env bash
# In a bare Debian with nothing but git: clone, start, import twelve keys, first answer, as docs/getting-started.md says. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/deployment/debian.sh
. src/bench/deployment/debian.sh

CACHE=$PWD/target/deployment
WORK=
UPSTREAM_PID=
SHELL_PID=

# shellcheck disable=SC2317 # the traps call it
clean_up() {
  trap - EXIT INT TERM
  # the first process of the namespace takes all others along
  if [ -n "$SHELL_PID" ]; then kill -9 "$SHELL_PID" 2>/dev/null || true; fi
  if [ -n "$UPSTREAM_PID" ]; then kill "$UPSTREAM_PID" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  rm -rf "$WORK"
}

# Puts the shell blocks of the document's first three steps (start, import, ask) into the directory, a file each.
blocks() { # DIRECTORY
  awk -v place="$1" '
    /^## 4/ { exit }
    /^```/ { if (inside) close(file); else file = place "/" (++count) ".sh"; inside = !inside; next }
    inside { print >file }
    END { exit count != 3 }' docs/getting-started.md || die 2 "docs/getting-started.md has not one block for each of start, import and ask"
}

[ "$#" -eq 0 ] || die 2 "usage: src/bench/newcomer/run.sh"
need_namespaces
need_tools python3
for port in 9190 9191; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then die 2 "port $port is taken, and the document uses it"; fi
done
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
WORK=$(mktemp -d "${TMPDIR:-/tmp}/newcomer.XXXXXX")
debian_base

# Beforehand: a Debian with git, what it takes to reach the network here, the keys' owner's file, and somebody who answers for NVIDIA.
say "preparing a bare Debian"
FRESH=$WORK/debian
cp -a "$BASE" "$FRESH"
lend_network "$FRESH"
chroot "$FRESH" sh -c 'apt-get update && apt-get install -y --no-install-recommends git' >"$WORK/git.log" 2>&1 || die 2 "no git: $(tail -n 5 "$WORK/git.log")"
python3 src/bench/deployment/upstream.py 19280 &
UPSTREAM_PID=$!
mkdir -p "$FRESH/root/.openclaw"
python3 "$HERE/providers.py" http://127.0.0.1:19280/v1 >"$FRESH/root/.openclaw/openclaw.json"
git clone -q --bare . "$FRESH/srv/sidecar.git"

mkdir "$FRESH/root/blocks"
blocks "$FRESH/root/blocks"
say "a bare Debian, $(chroot "$FRESH" dpkg-query -f '.\n' -W | wc -l) packages, no Java, no Maven"
# shellcheck disable=SC2016 # the inner shell expands
unshare --mount --propagation private --pid --fork --kill-child bash -c '
  set -e
  mount -t proc proc "$1/proc"
  mount --rbind /dev "$1/dev"
  exec chroot "$1" env -i PATH="$PATH" HOME=/root TERM=dumb bash -euo pipefail -s' newcomer "$FRESH" <"$HERE/session.sh" &
SHELL_PID=$!
STATUS=0
wait "$SHELL_PID" || STATUS=$?
SHELL_PID=
exit "$STATUS"
