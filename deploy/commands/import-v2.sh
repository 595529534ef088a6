# shellcheck shell=bash
# takes over providers, usage, cooldowns and settings from a database of Sidecar V2 (FILE [--dry-run])

run_command() {
  local arg
  FILE='' DRY=false
  for arg in "$@"; do
    case $arg in
      --dry-run) DRY=true ;;
      -*) die 2 "import-v2 knows no option $arg; usage: deploy/sidecar import-v2 FILE [--dry-run]" ;;
      *) [ -z "$FILE" ] || die 2 "import-v2 takes one file; usage: deploy/sidecar import-v2 FILE [--dry-run]"
         FILE=$arg ;;
    esac
  done
  [ -n "$FILE" ] || die 2 "which file? usage: deploy/sidecar import-v2 FILE [--dry-run]"
  case $FILE in /*) ;; *) FILE=$CALLED_FROM/$FILE ;; esac
  need_tools sqlite3 jq curl
  WORK=$(mktemp -d)
  MADE='' STARTED='' HELD=''
  trap clean_up EXIT
  find_tables
  server_for_import
  import_all
}

# --- V2's file

v2() { # SQL: the rows as a JSON list; never writes
  local rows
  rows=$(sqlite3 -batch -init /dev/null -readonly -json "$FILE" "$1") || die 1 "$FILE cannot be read, see above"
  printf '%s\n' "${rows:-[]}"
}

# V2's tables are known by their columns: its versions did not agree on names.
find_tables() {
  [ -r "$FILE" ] || die 2 "$FILE is not a file that this user may read"
  [ "$(head -c 15 "$FILE" | tr -d '\0')" = "SQLite format 3" ] || die 2 "$FILE is not an SQLite database"
  sqlite3 -batch -init /dev/null -readonly -list -separator ' ' "$FILE" "select m.name, ',' || group_concat(c.name) || ','
      from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' group by m.name" >"$WORK/tables" \
    || die 1 "$FILE cannot be read. Stop Sidecar V2, and keep $(basename "$FILE")-wal and -shm beside it when you copy it"
  BACKENDS=$(table_with api_base_url model_mappings)
  HOURLY=$(table_with backend_id hour_bucket)
  DAILY=$(table_with date pool total_requests)
  COOLDOWNS=$(table_with backend_id cooldown_seconds started_at)
  CONFIG=$(table_with key value description)
  [ -n "$BACKENDS" ] || die 2 "$FILE is not a database of Sidecar V2: no table in it has api_base_url and model_mappings"
  find_columns
}

# Those of a provider that there are; the key's name is one that has api_key in it.
find_columns() {
  local columns column key
  columns=$(awk -v table="$BACKENDS" '$1 == table { print $2 }' "$WORK/tables")
  key=$(tr , '\n' <<<"$columns" | grep -m 1 -x '[A-Za-z0-9_]*api_key[A-Za-z0-9_]*') \
    || die 2 "$FILE is not a database of Sidecar V2: its table $BACKENDS has no api_key"
  COLUMNS="id, $key as api_key"
  for column in name label api_base_url api timeout_seconds rpm_limit pool enabled status model_mappings source metadata \
    created_at updated_at; do
    if [[ $columns == *,$column,* ]]; then COLUMNS+=", $column"; fi
  done
}

table_with() { # COLUMN…: the name of the first table that has them all, or nothing
  local name columns column
  while read -r name columns; do
    for column in "$@"; do
      [[ $columns == *,$column,* ]] || continue 2
    done
    # a name that needs quoting is not one of V2's
    if [[ $name =~ ^[A-Za-z0-9_]+$ ]]; then
      printf '%s\n' "$name"
      return
    fi
  done <"$WORK/tables"
}

# --- the server that takes it

# A running one; else one for as long as this takes.
server_for_import() {
  local path
  is_running && return
  path=$(setting SIDECAR_DB_PATH "$DATA/sidecar")
  case $path in /*) ;; *) path=$PWD/$path ;; esac
  if [ "$DRY" = true ]; then
    if [ -n "$(setting SIDECAR_DB_URL '')" ] || [ -e "$path.mv.db" ]; then
      die 2 "Sidecar is not running, and only it can tell what its database has already; start it first"
    fi
    # nothing may stay of a dry run, so its database is in memory and its files are elsewhere
    HELD=$DATA DATA=$WORK/data
    (umask 077 && mkdir -p "$DATA" && if [ -e "$HELD/sidecar.env" ]; then cp "$HELD/sidecar.env" "$DATA"; fi)
    export SIDECAR_DB_URL="jdbc:h2:mem:import;DB_CLOSE_DELAY=-1"
  elif [ -f "$path" ] && [ -z "$(setting SIDECAR_DB_URL '')" ]; then
    # SIDECAR_DB_PATH is V2's file: the database goes where a start will look for it, beside
    [ -e "$path.mv.db" ] || MADE=$path.mv.db
    export SIDECAR_DB_URL="jdbc:h2:file:$path;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"
  fi
  say "Sidecar is not running on ${HELD:-$DATA}; it is started for this, and stopped at the end"
  export SIDECAR_DATA_DIR=$DATA
  STARTED=yes
  deploy/sidecar start >"$WORK/start" 2>&1 || { cat "$WORK/start" >&2; exit 1; }
  if [ "$DRY" = false ]; then grep '^admin token' "$WORK/start" || true; fi
}

clean_up() {
  local status=$?
  if [ -n "$STARTED" ] && is_running; then deploy/sidecar stop >&2; fi
  # an empty database would be opened by the next start as if all were well
  if [ "$status" -ne 0 ] && [ -n "$MADE" ] && ! [ -s "$WORK/backends" ]; then rm -f "$MADE"; fi
  rm -rf "$WORK"
  exit "$status"
}

# --- bringing one to the other

import_all() {
  local place=$ADDRESS
  if [ "$DRY" = true ]; then place="$place (dry run: nothing is stored)"; fi
  say "from $FILE to $place"
  import_pages backends 200 "select $COLUMNS from $BACKENDS order by created_at, id"
  report providers backends
  import_days
  report "days of usage" usage
  if [ -n "$COOLDOWNS" ]; then
    import_pages cooldowns 2000 "select c.id, c.backend_id, b.name as backend_name, c.consecutive_count,
        c.cooldown_seconds, c.response_summary, c.started_at, c.ended_at
      from $COOLDOWNS c left join $BACKENDS b on b.id = c.backend_id order by c.started_at, c.id"
  fi
  report cooldowns cooldowns
  if [ -n "$CONFIG" ]; then
    import_pages config 2000 "select key, value, coalesce(description, '') as description from $CONFIG order by key"
  fi
  report settings config
  if jq -se 'any(.[]; .left_out != [])' "$WORK/backends" >/dev/null; then
    die 1 "providers were left out, see above; once they are as they should be, import again: nothing is doubled"
  fi
}

import_pages() { # TABLE ROWS SQL
  local first=0 rows
  while true; do
    rows=$(v2 "$3 limit $2 offset $first")
    [ "$rows" != '[]' ] || break
    take "$1" <<<"$rows"
    first=$((first + $2))
  done
}

import_days() {
  local day days hourly daily
  days=$(days)
  for day in $days; do
    hourly=$(hours_of "$day")
    daily=$(day_of "$day")
    take usage <<<"{\"hourly\": $hourly, \"daily\": $daily}"
  done
}

days() {
  local parts=()
  [ -z "$HOURLY" ] || parts+=("select substr(hour_bucket, 1, 10) as day from $HOURLY")
  [ -z "$DAILY" ] || parts+=("select date as day from $DAILY")
  [ "${#parts[@]}" -gt 0 ] || return 0
  v2 "select distinct day from (${parts[0]}${parts[1]:+ union ${parts[1]}})
      where day glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' order by day" | jq -r '.[].day'
}

hours_of() { # DAY
  if [ -z "$HOURLY" ]; then say '[]'; return; fi
  v2 "select u.id, u.backend_id, b.name as backend_name, b.pool, u.model, u.prompt_tokens, u.completion_tokens, u.cost,
        u.request_count, u.error_count, u.avg_latency_ms, u.hour_bucket
      from $HOURLY u left join $BACKENDS b on b.id = u.backend_id where substr(u.hour_bucket, 1, 10) = '$1'"
}

day_of() { # DAY
  if [ -z "$DAILY" ]; then say '[]'; return; fi
  v2 "select id, date, pool, total_requests, total_errors, total_tokens, total_cost from $DAILY where date = '$1'"
}

take() { # TABLE: hands the rows on standard input to the server and keeps its answer
  local answer
  answer=$(api POST "/import/v2/$1?dry_run=$DRY" -H 'Content-Type: application/json' --data-binary @-) || exit
  printf '%s\n' "$answer" >>"$WORK/$1"
}

report() { # WORDS TABLE
  : >>"$WORK/$2"
  jq -rs --arg what "$1" '
    def sum(f): map(f) | add // 0;
    "\($what): \(sum(.imported)) imported"
      + (if sum(.known) > 0 then ", \(sum(.known)) here already" else "" end)
      + (if sum(.outdated) > 0 then ", \(sum(.outdated)) older than is kept" else "" end)
      + (if sum(.left_out | length) > 0 then ", \(sum(.left_out | length)) left out:" else "" end),
    (.[].left_out[] | "  \(.name): \(.reasons | join("; "))"),
    (.[].notes[] | "  note: \(.)")' "$WORK/$2"
}
