# shellcheck shell=bash
# changes the encryption key while the server runs; nothing pauses

# What sidecar.env says; the first line that says something counts, as for deploy/run.sh.
key_in_file() { # NAME
  sed -n "s/^$1=//p" "$KEY_FILE" 2>/dev/null | tr -d '\r' | sed -n '/./{p;q;}'
}

# Gives sidecar.env other keys. Renamed into place, so that at every moment there is a whole file with every key needed.
write_keys() { # KEY [PREVIOUS]
  local part line seen=no
  part=$(umask 077 && mktemp "$KEY_FILE.XXXXXX")
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      SIDECAR_ENCRYPTION_KEY_PREVIOUS=*) continue ;;
      SIDECAR_ENCRYPTION_KEY=*)
        [ "$seen" = no ] || continue
        seen=yes
        [ -z "${2:-}" ] || printf 'SIDECAR_ENCRYPTION_KEY_PREVIOUS=%s\n' "$2"
        printf 'SIDECAR_ENCRYPTION_KEY=%s\n' "$1"
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$KEY_FILE" >"$part"
  chmod --reference="$KEY_FILE" "$part"
  chown --reference="$KEY_FILE" "$part" 2>/dev/null || true # only root may give files away
  sync "$part"
  mv -f "$part" "$KEY_FILE"
  sync "$DATA"
}

# The key is where this command cannot write it: it seals what the operator's restart has left, and says the steps.
rotate_environment() {
  local answer
  answer=$(api POST /keys/rotate) || exit 1
  say "$answer"
  case $answer in
    *'"resealed":0,'*)
      say "All secrets are sealed with the key that the server was started with. That key comes from the environment," \
        "not from $DATA/sidecar.env, so a new one has to be set there:" \
        "  1. SIDECAR_ENCRYPTION_KEY_PREVIOUS = the present key, SIDECAR_ENCRYPTION_KEY = a new one (openssl rand -hex 32)" \
        "  2. restart Sidecar" \
        "  3. deploy/sidecar rotate-key"
      ;;
    *) say "Done. Take SIDECAR_ENCRYPTION_KEY_PREVIOUS out of the environment: nothing needs it any more." ;;
  esac
}

run_command() {
  local old answer again=no
  [ $# -eq 0 ] || die 2 "rotate-key takes no arguments: it makes the new key itself"
  is_running || die 2 "Sidecar is not running on $DATA: start it first, it is the server that seals its secrets anew"
  KEY_FILE=$(readlink -f "$DATA/sidecar.env") || KEY_FILE=
  if [ -n "${SIDECAR_ENCRYPTION_KEY:-}" ] || [ -z "$(key_in_file SIDECAR_ENCRYPTION_KEY)" ]; then
    rotate_environment
    return
  fi
  old=$(key_in_file SIDECAR_ENCRYPTION_KEY_PREVIOUS)
  if [ -n "$old" ]; then
    again=yes
    say "going on with a rotation that was not finished"
  else
    old=$(key_in_file SIDECAR_ENCRYPTION_KEY)
    write_keys "$(random_hex 32)" "$old"
  fi
  answer=$(api POST /keys/rotate) \
    || die 1 "the rotation is not finished. Nothing is lost: $KEY_FILE names both keys, the server reads with both. Type it again"
  say "$answer"
  case $answer in
    *'"sidecar_env":"in_use"'*) write_keys "$(key_in_file SIDECAR_ENCRYPTION_KEY)" ;;
    *)
      [ "$again" = yes ] || write_keys "$old"
      die 1 "the server uses another key than $KEY_FILE names: it has one in its environment, which wins. Nothing was changed"
      ;;
  esac
  if [ "$again" = yes ]; then
    say "The rotation is finished. For another new key type it again."
  else
    say "Done: the new key is in $KEY_FILE. Back that file up; backups of the database made before need the old one."
  fi
}
