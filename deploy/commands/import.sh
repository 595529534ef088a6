# shellcheck shell=bash
# imports a configuration that `export` wrote: import [--dry-run] FILE

# shellcheck source=deploy/passphrase.sh
. deploy/passphrase.sh

run_command() {
  local query='' file phrase=''
  if [ "${1:-}" = --dry-run ]; then
    query='?dry_run=true'
    shift
  fi
  case $#,${1:-} in 1,-* | 0,* | [2-9],*) die 2 "usage: deploy/sidecar import [--dry-run] FILE" ;; esac
  case $1 in /*) file=$1 ;; *) file=$CALLED_FROM/$1 ;; esac
  [ -r "$file" ] || die 2 "cannot read $file"
  if grep -q '"secrets" *:' "$file"; then
    phrase=$(passphrase "passphrase of $file")
  fi
  api POST "/import$query" --data-binary @<(
    printf '{"passphrase":%s,"configuration":' "$(json_string "$phrase")"
    cat "$file"
    printf '}'
  )
}
