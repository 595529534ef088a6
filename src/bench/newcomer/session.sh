# shellcheck shell=bash
# What the newcomer types, in the bare Debian. Read by run.sh.

typed=0

# type COMMAND: shows it with the time, and does it.
type_in() {
  typed=$((typed + $(grep -c . <<<"$1")))
  sed -e "1s/^/$(printf '%4d s  $ ' "$SECONDS")/" -e '2,$s/^/          /' <<<"$1"
  eval "$1"
}

cd /root || exit
SECONDS=0
type_in 'git clone -q /srv/sidecar.git sidecar'
type_in 'cd sidecar'
type_in 'deploy/run.sh >/tmp/terminal 2>&1 &'
server=$!
# its address and its token appear; then it is ready
until grep -q 'is ready at' /tmp/terminal; do
  kill -0 "$server" 2>/dev/null || { tail -n 30 /tmp/terminal; exit 1; }
  sleep 0.5
done
grep -E '^(building|installing|admin token|starting)|is ready at' /tmp/terminal | sed -E -e 's/: [0-9a-f]{48}$/: …/' -e 's/^/          /'
command -v curl >/dev/null || type_in 'apt-get install -q -y --no-install-recommends curl >/dev/null 2>&1'
type_in "$(cat /tmp/import)" >/tmp/said
grep -v '^{' /tmp/said
count=$(grep '^{' /tmp/said | grep -o 'nvidia-[0-9]*"' | sort -u | wc -l)
printf '          imported: %d providers\n' "$count"
type_in "$(cat /tmp/ask)" >/tmp/said
cat /tmp/said
printf '\n'
grep -q 'Hello from a stub' /tmp/said || exit 1
printf 'first answer after %d s and %d lines typed, %d providers imported\n' "$SECONDS" "$typed" "$count"
[ "$count" -eq 12 ]
kill "$server"
wait "$server" || [ $? -eq 143 ]
