# shellcheck shell=bash
# Where export and import have a passphrase from: never from an argument, which every user of the machine can read.

# Prints it: from SIDECAR_PASSPHRASE_FILE (its first line), or SIDECAR_PASSPHRASE, or typed without an echo; else nothing.
passphrase() { # QUESTION [twice]
  local typed again
  if [ -n "${SIDECAR_PASSPHRASE_FILE:-}" ]; then
    IFS= read -r typed <"$SIDECAR_PASSPHRASE_FILE" || [ -n "$typed" ] || die 2 "SIDECAR_PASSPHRASE_FILE: $SIDECAR_PASSPHRASE_FILE is empty or cannot be read"
  elif [ -n "${SIDECAR_PASSPHRASE:-}" ]; then
    typed=$SIDECAR_PASSPHRASE
  elif [ -t 0 ]; then
    IFS= read -rsp "$1: " typed
    printf '\n' >&2
    if [ "${2:-}" = twice ] && [ -n "$typed" ]; then
      IFS= read -rsp "once more: " again
      printf '\n' >&2
      [ "$typed" = "$again" ] || die 2 "that was something else"
    fi
  fi
  printf '%s\n' "${typed:-}"
}

# A JSON string of printable characters.
json_string() { # TEXT
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}
