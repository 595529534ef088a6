# shellcheck shell=bash
# Shared by the commands of deploy/sidecar: where the server is, what it is asked with, and whether it runs.

# A setting as the server has it: from the environment, else from sidecar.env, where the first that says something
# counts, else the given default.
setting() { # NAME DEFAULT
  local value=${!1:-}
  if [ -z "$value" ] && [ -r "$DATA/sidecar.env" ]; then
    value=$(sed -n -e 's/\r$//' -e "/^$1=./{s/^$1=//p;q}" "$DATA/sidecar.env")
  fi
  printf '%s\n' "${value:-$2}"
}

# Sets DATA, ADDRESS and PID_FILE.
find_settings() {
  local host
  DATA=${SIDECAR_DATA_DIR:-data}
  case $DATA in /*) ;; *) DATA=$PWD/$DATA ;; esac
  host=$(setting SIDECAR_HOST 127.0.0.1)
  case $host in
    0.0.0.0) host=127.0.0.1 ;;
    :: | '[::]') host='[::1]' ;;
    '['*) ;;
    *:*) host="[$host]" ;;
  esac
  ADDRESS=http://$host:$(setting SIDECAR_PORT 9190)
  # shellcheck disable=SC2034 # read by start, stop and status
  PID_FILE=$DATA/sidecar.pid
}

# Whether a server holds the lock of the data directory, as deploy/run.sh does.
is_running() {
  local status=0
  [ -e "$DATA/sidecar.lock" ] || return 1
  flock -n -E 75 "$DATA/sidecar.lock" true || status=$?
  case $status in
    0) return 1 ;;
    75) return 0 ;;
    *) die 1 "$DATA/sidecar.lock cannot be read; try as the user whom it belongs to, $(stat -c %U "$DATA")" ;;
  esac
}

# What the server answers to a request for a URL; a proxy in the environment is for other places.
ask() { # CURL OPTION… URL
  curl -sS --noproxy '*' "$@"
}

# Asks the admin API and prints its answer; ends with its message when it refuses.
api() { # METHOD PATH [CURL OPTION…]
  local method=$1 path=$2 token answer status
  shift 2
  need_tools curl
  token=$(setting SIDECAR_ADMIN_TOKEN '')
  [ -n "$token" ] || die 2 "no admin token: set SIDECAR_ADMIN_TOKEN, or SIDECAR_DATA_DIR to where sidecar.env is"
  # the token comes in by a file descriptor: arguments can be read by every user of the machine
  answer=$(ask -w '\n%{http_code}' -X "$method" -H @<(printf 'Authorization: Bearer %s\n' "$token") "$@" "$ADDRESS/api/admin$path") \
    || die 1 "nobody answers at $ADDRESS; is Sidecar running? (deploy/sidecar status)"
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  case $status in
    2??) printf '%s\n' "$answer" ;;
    *) die 1 "the server answered $status: $(detail_of "$answer")" ;;
  esac
}

# What the server says is wrong; the whole answer where it says so in another way.
detail_of() { # ANSWER
  local detail
  detail=$(sed -n 's/^{"detail":"\(\([^"\\]\|\\.\)*\)".*/\1/p' <<<"$1")
  printf '%s\n' "${detail:-$1}"
}
