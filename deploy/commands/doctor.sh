# shellcheck shell=bash
# looks for what is wrong, and says what to do ([--client openclaw|opencode|claudecode|codex|qwencode|cline FILE])

# shellcheck source=deploy/agents.sh
. deploy/agents.sh

RECOMMENDED_FILES=12288 # open ones; every stream takes two (docs/adr/003-connection-limit.md)
LITTLE_KB=1048576
HARDLY_ANY_KB=102400
SLOW_SECONDS=20
AGENTS='openclaw|opencode|claudecode|codex|qwencode|cline'

FAILED=0 WARNED=0

ok() { printf 'ok    %s\n' "$1"; }
skip() { printf -- '-     %s\n' "$1"; }
warn() { # FINDING WHAT-TO-DO
  WARNED=$((WARNED + 1))
  printf 'warn  %s\n      → %s\n' "$1" "$2"
}
fail() { # FINDING WHAT-TO-DO
  FAILED=$((FAILED + 1))
  printf 'FAIL  %s\n      → %s\n' "$1" "$2"
}

run_command() {
  local clients=()
  while [ $# -gt 0 ]; do
    if [ $# -lt 3 ] || [ "$1" != --client ] || ! [[ $2 =~ ^($AGENTS)$ ]]; then
      die 2 "usage: deploy/sidecar doctor [--client $AGENTS FILE]…"
    fi
    clients+=("$2" "$3")
    shift 3
  done
  RUNNING=no ANSWERS=no
  if is_running; then RUNNING=yes; fi
  LISTENS=$(setting SIDECAR_HOST 127.0.0.1)
  check_tools
  check_java
  check_data
  check_secrets
  check_ports
  check_database
  check_space
  check_files_limit
  check_clock
  check_upstreams
  check_clients "${clients[@]}"
  if [ "$FAILED" -gt 0 ]; then
    say "$FAILED to repair, $WARNED to look at"
    return 1
  fi
  say "nothing to repair, $WARNED to look at"
}

check_tools() {
  local tool
  for tool in curl flock jq; do
    command -v "$tool" >/dev/null || warn "$tool is missing; some of what follows is not checked" \
      "sudo apt-get install -y ${tool/flock/util-linux}"
  done
}

check_java() {
  local java version
  if ! java=$(java_tool java); then
    fail "no Java${JAVA_HOME:+: JAVA_HOME is $JAVA_HOME, which has no bin/java}" \
      "install a JDK, 17 or newer: sudo apt-get install -y openjdk-17-jdk-headless"
    return
  fi
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  if [ "${version%%[!0-9]*}" -ge 17 ] 2>/dev/null; then
    ok "Java $version ($java)"
  else
    fail "Java is ${version:-unreadable} ($java)" "Sidecar needs 17 or newer; set JAVA_HOME to one"
  fi
  if [ -f "$WAR" ] && [ -f "$SERVER" ]; then
    ok "Sidecar is built ($PWD/$WAR)"
  elif ! java_tool javac >/dev/null || ! command -v mvn >/dev/null; then
    warn "Sidecar is not built yet, and a JDK with javac or Maven is missing" \
      "sudo apt-get install -y openjdk-17-jdk-headless maven, or copy $WAR and $SERVER from where it is built"
  else
    skip "Sidecar is not built yet; the first start does it"
  fi
}

# --- what is kept

mode_of() { stat -c %a "$1"; }

check_data() {
  local line
  if ! [ -e "$DATA" ]; then
    skip "data directory $DATA: the first start makes it"
    return
  fi
  if ! [ -w "$DATA" ]; then
    fail "$DATA cannot be written by $(id -un)" "sudo chown -R $(id -un) $DATA, or run this as its owner, $(stat -c %U "$DATA")"
    return
  fi
  ok "data directory $DATA"
  if [ -e "$DATA/sidecar.env" ]; then
    if ! [ -r "$DATA/sidecar.env" ]; then
      fail "$DATA/sidecar.env cannot be read by $(id -un)" "run this as its owner, $(stat -c %U "$DATA/sidecar.env")"
      return
    fi
    check_private "$DATA/sidecar.env"
    line=$(grep -nvE '^[[:space:]]*(#|$)|^(SIDECAR|LOG)_[A-Z0-9_]+=' "$DATA/sidecar.env" | head -n 1 | cut -d : -f 1) || true
    [ -z "$line" ] || fail "$DATA/sidecar.env: line $line is not NAME=value of SIDECAR_… or LOG_…" \
      "write it so or delete it; Sidecar does not start with it"
  fi
  if [ -e "$DATA/sidecar.mv.db" ]; then check_private "$DATA/sidecar.mv.db"; fi
}

check_private() { # FILE
  case $(mode_of "$1") in
    [46]00) ok "$1 is its owner's alone" ;;
    *) fail "$1 may be read by others (mode $(mode_of "$1"))" "chmod 600 $1" ;;
  esac
}

# --- secrets; none is ever printed

check_secrets() {
  local name key admin
  key=$(setting SIDECAR_ENCRYPTION_KEY '')
  admin=$(setting SIDECAR_ADMIN_TOKEN '')
  if [ -z "$key$admin" ] && ! [ -e "$DATA/sidecar.env" ]; then
    skip "no secrets yet: the first start makes them"
    return
  fi
  if [ -z "$key" ]; then
    fail "SIDECAR_ENCRYPTION_KEY is missing" \
      "bring back the one that the keys were stored with; for a new installation: openssl rand -hex 32"
  elif ! [[ $key =~ ^[0-9a-fA-F]{64}$ ]]; then
    fail "SIDECAR_ENCRYPTION_KEY is not 64 hex digits" "the first start makes one, or: openssl rand -hex 32"
  elif is_well_known "$key"; then
    fail "SIDECAR_ENCRYPTION_KEY is a well-known value" "make one with: openssl rand -hex 32 (docs/operations.md#coming-from-sidecar-v2)"
  else
    ok "SIDECAR_ENCRYPTION_KEY"
  fi
  if [ -n "$(setting SIDECAR_ENCRYPTION_KEY_PREVIOUS '')" ]; then
    warn "SIDECAR_ENCRYPTION_KEY_PREVIOUS is still set" "once everything is sealed with the new key (deploy/sidecar rotate-key), take it away"
  fi
  [ -n "$admin" ] || warn "SIDECAR_ADMIN_TOKEN is missing: nobody can sign in" "set it in $DATA/sidecar.env: openssl rand -hex 24"
  for name in SIDECAR_ADMIN_TOKEN SIDECAR_VIEWER_TOKEN SIDECAR_CLIENT_TOKEN; do
    check_token "$name" "$(setting "$name" '')" "$admin"
  done
}

check_token() { # NAME VALUE ADMIN
  [ -n "$2" ] || return 0
  if is_well_known "$2"; then
    fail "$1 is a well-known default" "choose one of your own: openssl rand -hex 24"
  elif [ "$1" != SIDECAR_ADMIN_TOKEN ] && [ "$2" = "$3" ]; then
    fail "$1 is the same as SIDECAR_ADMIN_TOKEN" "whoever has it may do everything; choose another: openssl rand -hex 24"
  elif [ "${#2}" -lt 16 ]; then
    fail "$1 has less than 16 characters" "Sidecar does not start with it; choose a longer one: openssl rand -hex 24"
  else
    ok "$1"
  fi
}

# As sidecar.settings.StartupChecks refuses them.
is_well_known() { # SECRET
  local plain
  plain=$(tr -d -- '-_ .' <<<"${1,,}")
  [[ $plain == *changeme* || $plain =~ ^((your|my)?(super)?(secret|password|token|admin|key)(token|key|here)*|test|default|example)$ \
    || -z ${plain//"${plain:0:1}"/} ]]
}

# --- ports

check_ports() {
  check_port_of SIDECAR_PORT "$LISTENS" "$(setting SIDECAR_PORT 9190)"
  check_port_of SIDECAR_METRICS_PORT "$(setting SIDECAR_METRICS_HOST "$LISTENS")" "$(setting SIDECAR_METRICS_PORT 9191)"
  if [ "$(ask -o /dev/null -m 5 -w '%{http_code}' "$ADDRESS/health" 2>/dev/null)" = 200 ] && [ "$RUNNING" = yes ]; then
    ANSWERS=yes
  fi
  case $LISTENS in
    127.* | ::1 | localhost) ;;
    *) [ "$(setting SIDECAR_ALLOW_OPEN false)" != true ] \
        || fail "Sidecar listens on $LISTENS, and SIDECAR_ALLOW_OPEN lets everybody in without a token" \
          "make client tokens and unset it, or listen on 127.0.0.1" ;;
  esac
}

check_port_of() { # NAME HOST PORT
  local host=$2 owner
  case $host in 0.0.0.0) host=127.0.0.1 ;; :: | '[::]') host=::1 ;; esac
  if ! [[ $3 =~ ^[0-9]{1,5}$ ]] || ((10#$3 < 1 || 10#$3 > 65535)); then
    fail "$1 is '$3'" "it must be a port from 1 to 65535"
  elif ! (exec 3<>"/dev/tcp/${host//[\[\]]/}/$3") 2>/dev/null; then
    if [ "$RUNNING" = yes ]; then
      fail "Sidecar runs, but nobody answers on port $3 ($1)" "it may be starting or stopping; see deploy/sidecar logs"
    else
      ok "port $3 is free ($1)"
    fi
  elif [ "$RUNNING" = yes ] && ask -f -o /dev/null -m 5 "http://$host:$3/health/live" 2>/dev/null; then
    ok "port $3 is Sidecar's ($1)"
  else
    owner=$(ss -Hltnp "sport = :$3" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1, process \2/p' | head -n 1)
    fail "port $3 is taken by another program${owner:+ ($owner)}" "end that program, or set $1 to another port"
  fi
}

# --- the database

# As a start would find it, whether Sidecar runs or not.
check_postgres() {
  local kind finding advice name found=no
  if ! [ -f "$WAR" ]; then
    skip "the database at SIDECAR_DB_URL: asked for only when Sidecar is built"
    return
  fi
  for name in SIDECAR_DB_URL SIDECAR_DB_USER SIDECAR_DB_PASSWORD; do export "$name=$(setting "$name" '')"; done
  while IFS=$'\t' read -r kind finding advice; do
    found=yes
    case $kind in
      ok) ok "$finding" ;;
      warn) warn "$finding" "$advice" ;;
      fail) fail "$finding" "$advice" ;;
    esac
  done < <(SIDECAR_DATA_DIR=$DATA run_class sidecar.boot.edge.OfflineCommands check-database)
  [ "$found" = yes ] || fail "the database at SIDECAR_DB_URL could not be asked" "look at what is said above"
}

check_database() {
  local path sqlite file
  case $(setting SIDECAR_DB_URL '') in
    '') ;;
    jdbc:postgresql:*)
      check_postgres
      [ "$ANSWERS" = no ] || check_answers "the database at SIDECAR_DB_URL"
      return
      ;;
    *)
      if [ "$ANSWERS" = yes ]; then
        check_answers "the database at SIDECAR_DB_URL"
      else
        skip "the database at SIDECAR_DB_URL: asked for only while Sidecar answers"
      fi
      return
      ;;
  esac
  path=$(setting SIDECAR_DB_PATH "$DATA/sidecar")
  case $path in /*) ;; *) path=$PWD/$path ;; esac
  file=$path.mv.db
  sqlite=$(head -c 15 "$path" 2>/dev/null | tr -d '\0' || true)
  if ! [ -e "$file" ] && [ "$sqlite" = "SQLite format 3" ]; then
    fail "$path is a database of Sidecar V2" "deploy/sidecar import-v2 $path"
  elif ! [ -e "$file" ]; then
    skip "database $file: the first start makes it"
  elif ! [ -r "$file" ] || ! [ -w "$file" ]; then
    fail "$file cannot be read and written by $(id -un)" "run this as its owner, $(stat -c %U "$file")"
  elif [ "$ANSWERS" = yes ]; then
    check_answers "database $file ($(du -h "$file" | cut -f 1))"
  elif [ "$RUNNING" = no ]; then
    check_opens "$path"
  else
    skip "database $file: asked for only while Sidecar answers"
  fi
}

# Reads a table, through the server that holds the database.
check_answers() { # WORDS
  local said
  if said=$(api GET /config 2>&1 >/dev/null); then
    ok "$1 answers"
  else
    fail "$1 was not read: ${said#sidecar: }" "see deploy/sidecar logs"
  fi
}

# Opens it without changing it, and compares its schema with this program's.
check_opens() { # PATH
  local work said schema newest
  if ! command -v unzip >/dev/null || ! [ -f "$WAR" ] || ! java_tool java >/dev/null; then
    skip "database $1.mv.db: not opened, for want of unzip, Java or the built WAR"
    return
  fi
  work=$(mktemp -d)
  unzip -qp "$WAR" 'WEB-INF/lib/h2-*.jar' >"$work/h2.jar" # the server has an older one
  if said=$("$(java_tool java)" -cp "$work/h2.jar" org.h2.tools.Shell \
    -url "jdbc:h2:file:$1;IFEXISTS=TRUE;ACCESS_MODE_DATA=r" -user sa -password '' \
    -sql 'select max(cast("version" as integer)) as schema from "flyway_schema_history"' 2>&1); then
    schema=$(sed -n '2{s/[^0-9]//g;p}' <<<"$said")
    newest=$(find src/main/resources/db/migration -name 'V*.sql' -printf '%f\n' 2>/dev/null | sed 's/^V\([0-9]*\).*/\1/' | sort -n | tail -n 1) || true
    if [ -n "$newest" ] && [ "${schema:-0}" -gt "$newest" ]; then
      fail "database $1.mv.db was made by a newer Sidecar (schema $schema, this one has $newest)" \
        "start that version, or restore a backup: deploy/sidecar restore FILE"
    else
      ok "database $1.mv.db opens (schema ${schema:-none}, $(du -h "$1.mv.db" | cut -f 1))"
    fi
  else
    fail "database $1.mv.db does not open: $(sed -n '1{s/^Exception in thread "main" [^ ]*: //;p}' <<<"$said" | cut -c 1-200)" \
      "restore a backup: deploy/sidecar restore FILE"
  fi
  rm -rf "$work"
}

# --- the machine

check_space() {
  local backups
  check_room "$DATA" "data directory"
  backups=$(setting SIDECAR_BACKUP_DIR backups)
  case $backups in /*) ;; *) backups=$DATA/$backups ;; esac
  [ "$backups" = "$DATA/backups" ] || check_room "$backups" "backup directory"
}

check_room() { # DIRECTORY WORDS
  local there=$1 free
  while ! [ -d "$there" ] && [ "$there" != / ]; do there=$(dirname "$there"); done
  free=$(df -Pk "$there" | awk 'NR == 2 { print $4 }')
  if ! [ -w "$there" ]; then
    fail "$2 $1: $there cannot be written by $(id -un)" "sudo chown $(id -un) $there, or choose another directory"
  elif [ "$free" -lt "$HARDLY_ANY_KB" ]; then
    fail "$2 $1: only $((free / 1024)) MB are free" "make room; usage and backups cannot be written on a full disk"
  elif [ "$free" -lt "$LITTLE_KB" ]; then
    warn "$2 $1: only $((free / 1024)) MB are free" "make room, or keep less (backup_retention_days, request_log_max_rows)"
  else
    ok "$2 $1: $((free / 1048576)) GB free"
  fi
}

check_files_limit() {
  local limit pid
  limit=$(ulimit -Hn)
  pid=$(cat "$PID_FILE" 2>/dev/null || true)
  if [ "$RUNNING" = yes ] && [ -r "/proc/$pid/limits" ]; then
    limit=$(awk '/^Max open files/ { print $5 }' "/proc/$pid/limits")
  fi
  if [ "$limit" = unlimited ] || [ "$limit" -ge "$RECOMMENDED_FILES" ]; then
    ok "open files: $limit allowed"
  else
    warn "open files: only $limit allowed; every stream takes two" "ulimit -Hn $RECOMMENDED_FILES before the start, or LimitNOFILE under systemd"
  fi
}

check_clock() {
  local now newest
  now=$(date +%s)
  newest=$(stat -c %Y "$DATA/sidecar.env" "$DATA/sidecar.mv.db" "$WAR" 2>/dev/null | sort -n | tail -n 1) || true
  if [ -n "$newest" ] && [ "$now" -lt $((newest - 300)) ]; then
    fail "the clock says $(date -u '+%F %T') UTC, which is before files of Sidecar's were written" "set the clock: timedatectl set-ntp true"
  elif [ "$(timedatectl show -p NTPSynchronized --value 2>/dev/null)" = no ]; then
    warn "the clock says $(date -u '+%F %T') UTC, and nothing keeps it right" "timedatectl set-ntp true"
  else
    ok "the clock says $(date -u '+%F %T') UTC"
  fi
}

# --- upstreams, asked by the server itself; a list of models costs no LLM token

check_upstreams() {
  local list id name status reason
  if [ "$ANSWERS" = no ]; then
    skip "providers: asked only while Sidecar runs"
    return
  fi
  command -v jq >/dev/null || return 0
  if ! list=$(api GET /backends 2>&1); then
    fail "the providers cannot be listed: ${list#sidecar: }" "see deploy/sidecar logs"
    return
  fi
  if [ "$(jq 'map(select(.enabled)) | length' <<<"$list")" = 0 ]; then
    warn "no provider is enabled: nothing can be served" "add your keys at $ADDRESS/providers"
  fi
  while IFS=$'\t' read -r id name status reason; do
    check_upstream "$id" "$name" "$status" "$reason"
  done < <(jq -r '.[] | select(.enabled) | [.id, .name, .status, (.reason // "")] | @tsv' <<<"$list")
  while IFS= read -r reason; do
    warn "$reason" "give providers of one account the same quota_group at $ADDRESS/providers"
  done < <(jq -r '[.[] | select(.enabled) | .warnings[] | select(test("account"))] | unique[]' <<<"$list")
}

check_upstream() { # ID NAME STATUS REASON
  local said
  if [ "$3" = error ]; then
    fail "provider $2 is in error: ${4:-its key was refused}" "correct its key or address at $ADDRESS/providers"
    return
  fi
  said=$(api GET "/backends/$1/models" -m "$SLOW_SECONDS" 2>&1) || said=$(jq -Rn --arg m "${said#sidecar: }" '{ok: false, message: $m}')
  if [ "$(jq .ok <<<"$said")" = true ]; then
    ok "provider $2 answers in $(jq .latency_ms <<<"$said") ms$([ "$3" != cooling ] || printf '; it is cooling')"
  else
    fail "provider $2 does not answer as it should: $(jq -r '.message // .class' <<<"$said")" \
      "check its address, its key and the way there; deploy/sidecar logs may say more"
  fi
}

# --- clients

check_clients() { # [KIND FILE]…
  local kind file
  if [ $# -eq 0 ]; then
    while IFS=$'\t' read -r kind file; do
      if [ -r "$file" ]; then check_client "$kind" "$file" found; fi
    done < <(agent_files)
    return
  fi
  while [ $# -gt 0 ]; do
    kind=$1 file=$2
    case $file in /*) ;; *) file=$CALLED_FROM/$file ;; esac
    if [ -r "$file" ]; then check_client "$kind" "$file" asked; else fail "$kind: $file cannot be read" "give the path of its settings"; fi
    shift 2
  done
}
