# shellcheck shell=bash
# writes the configuration to FILE, or to the screen; with a passphrase its secrets too

# shellcheck source=deploy/passphrase.sh
. deploy/passphrase.sh

run_command() {
  local file=${1:-} phrase part
  case $# in 0 | 1) ;; *) die 2 "usage: deploy/sidecar export [FILE]" ;; esac
  case $file in '' | /*) ;; -*) die 2 "usage: deploy/sidecar export [FILE]" ;; *) file=$CALLED_FROM/$file ;; esac
  phrase=$(passphrase "passphrase for the secrets (12 characters or more; nothing leaves them out)" twice)
  [ -n "$phrase" ] || say "without a passphrase: provider keys and header values are left out" >&2
  if [ -z "$file" ]; then
    api POST /export --data-binary @<(printf '{"passphrase":%s}' "$(json_string "$phrase")")
    return
  fi
  part=$(umask 077 && mktemp "$file.XXXXXX") || die 1 "cannot write there: $file"
  if ! (api POST /export --data-binary @<(printf '{"passphrase":%s}' "$(json_string "$phrase")") >"$part"); then
    rm -f "$part"
    exit 1
  fi
  mv -f "$part" "$file"
  say "exported to $file"
}
