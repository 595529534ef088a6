# shellcheck shell=bash
# What the newcomer types, in the bare Debian. Read by run.sh.

typed=0

# type_in COMMANDS: shows them with the time, and does them.
type_in() {
  typed=$((typed + $(grep -c . <<<"$1")))
  sed -e "1s/^/$(printf '%4d s  $ ' "$SECONDS")/" -e '2,$s/^/          /' <<<"$1"
  eval "$1"
  printf '\n'
}

SECONDS=0
cd /root || exit
type_in 'git clone -q /srv/sidecar.git sidecar && cd sidecar'
for step in 1 2 3; do
  # apt's own words are left out
  type_in "$(cat "/root/blocks/$step.sh")" 2>&1 | tee "/root/said.$step" \
    | grep --line-buffered -E '^ *[0-9]+ s  \$|^ {10}|^(starting|installing|Sidecar)|admin token|^\{' | sed -u -E -e 's/(kept in [^)]*\): )[0-9a-f]+/\1…/' -e 's/^(\{.{200}).*/\1…/'
  [ "$step" -ne 1 ] || printf '%4d s  it is ready\n' "$SECONDS"
  # what a part of a pipe counted is lost with it
  typed=$((typed + $(grep -c . "/root/blocks/$step.sh")))
done
took=$SECONDS
# both answers stand on one line
imported=$(sed -n 's/.*{"dry_run":false//p' /root/said.2 | grep -o '"id":"bkd_' | wc -l)
answered=$(grep -c 'Hello from a stub' /root/said.3 || true)
printf 'first answer after %d s and %d lines typed; %d providers imported\n' "$took" "$typed" "$imported"
deploy/sidecar stop >/dev/null
[ "$imported" -eq 12 ] && [ "$answered" -ge 1 ]
