# shellcheck shell=bash
# The WAR deployed by hand, below a context root, to a plain Payara Micro and to a Payara Server. Read by run.sh.

PAYARA_VERSION=6.2025.10
CONTEXT=/gate/way

# secrets FILE…: the environment of a server that nobody started by deploy/run.sh
war_environment() { # DATA_DIRECTORY
  export SIDECAR_DATA_DIR=$1 SIDECAR_ADMIN_TOKEN=$WAR_TOKEN SIDECAR_ENCRYPTION_KEY=$WAR_KEY SIDECAR_CLIENT_TOKEN=$WAR_CLIENT
  mkdir -p "$1"
}

below() { # PATH [CURL OPTION…]
  local path=$1
  shift
  curl -sS --path-as-is "http://127.0.0.1:$WAR_PORT$CONTEXT$path" "$@"
}

answers() { # EXPECTED PATH [CURL OPTION…]
  local expected=$1 got
  shift
  got=$(below "$@" -o "$WORK/body" -w '%{http_code} %{redirect_url}')
  if [[ $got != $expected* ]]; then
    say "$1 answered $got, not $expected: $(head -c 300 "$WORK/body")"
    return 1
  fi
}

to_sign_in() {
  local port=127.0.0.1:$WAR_PORT
  answers "302 http://$port$CONTEXT/dashboard" / && answers "302 http://$port$CONTEXT/login?from=%2Fdashboard" /dashboard \
    && answers 200 /login && answers "302 http://$port$CONTEXT/login" /models -H 'Accept: text/html'
}

sign_in() {
  local lines
  lines=$(below /login -o /dev/null -D - --data-urlencode "login:token=$WAR_TOKEN" \
    -d 'login=login&login:enter=&from=/usage&jakarta.faces.ViewState=stateless&primefaces.nonce=' | tr -d '\r')
  # check runs this in a shell of its own
  grep -i '^set-cookie: sidecar_session' <<<"$lines" | sed 's/^[^:]*: */Cookie: /; s/;.*//' >"$WORK/cookie"
  say "$(grep -iE '^(location|set-cookie: sidecar)' <<<"$lines" | sed 's/=[0-9a-f.]*;/=…;/' | tr '\n' ' ')"
  grep -qi "^location: .*$CONTEXT/usage" <<<"$lines" && grep -qi "path=$CONTEXT" <<<"$lines"
}

# Every page answers, with its parts; nothing in it leads out of the context.
pages() {
  local page out parts part failed=0
  for page in dashboard providers models clients usage requests cooldowns nodes settings backups connect; do
    out=$(below "/$page" -H "@$WORK/cookie" -H 'Accept: text/html' -w '\n%{http_code}')
    [ "${out##*$'\n'}" = 200 ] || { say "/$page answered ${out##*$'\n'}" && failed=1; }
    if grep -oE '(href|src|action)="/[^"]*"' <<<"$out" | grep -v "\"$CONTEXT/" | head -n 3 | grep .; then failed=1; fi
    parts=$(grep -oE "(href|src)=\"$CONTEXT/jakarta.faces.resource/[^\"]*\"" <<<"$out" | sed 's/^[a-z]*="//; s/"$//; s/&amp;/\&/g')
    for part in $parts; do
      [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$WAR_PORT$part")" = 200 ] || { say "$part is missing" && failed=1; }
    done
  done
  return "$failed"
}

provider() {
  answers 200 /api/admin/backends -H "Authorization: Bearer $WAR_TOKEN" -H 'Content-Type: application/json' \
    -d '{"name":"stub","api_base_url":"http://127.0.0.1:'"$UPSTREAM"'","api_key":"sk-stub-0123456789","model_mappings":{"small":{"native_id":"tiny"}}}'
}

war_chat() {
  answers 200 /v1/chat/completions -H "Authorization: Bearer $WAR_CLIENT" -H 'Content-Type: application/json' \
    -d '{"model":"small","messages":[{"role":"user","content":"hi"}]}' && grep -q 'Hello from a stub' "$WORK/body"
}

war_stream() {
  below /v1/chat/completions -N -H "Authorization: Bearer $WAR_CLIENT" -H 'Content-Type: application/json' \
    -d '{"model":"small","stream":true,"messages":[{"role":"user","content":"count"}]}' | python3 "$HERE/late.py" 20 2000
}

war_metrics() {
  answers 200 /metrics && grep -q '^sidecar_' "$WORK/body" && say "$(grep -c '^sidecar_' "$WORK/body") samples"
}

refusals() {
  answers 401 /v1/models && grep -q invalid_api_key "$WORK/body" && answers 401 /api/admin/backends && grep -q detail "$WORK/body" \
    && answers 404 /nothing && grep -q "There is nothing at /nothing" "$WORK/body"
}

recipe() {
  below /api/admin/export/openclaw -H "Authorization: Bearer $WAR_TOKEN" | grep -F "http://127.0.0.1:$WAR_PORT$CONTEXT/v1"
}

# What Sidecar says of a server that deploy/run.sh has not started: what plain Payara sets otherwise, as it is set there.
told() {
  local line
  line=$(grep -m 1 -o 'this server lacks what deploy/run.sh sets.*' "$1") || return 1
  say "$line"
  [[ $line == *'ends requests after 900 s'* && $line == *'speaks HTTP/2'* && $line == *'8192 bytes for the head'* \
    && $line == *'nothing listens on port'* && $line == *'STRICT_HEADER_VALUE'* && $line == *ExitOnOutOfMemoryError* ]]
}

war_works() { # NAME LOG
  wait_until 180 answers 200 /health || die 2 "$1 did not start: $(tail -n 20 "$2")"
  check "$1: what the start script lacks is named" told "$2"
  check "$1: to the sign-in" to_sign_in
  check "$1: sign-in, and the cookie's path" sign_in
  check "$1: every page and its parts" pages
  check "$1: a provider" provider
  check "$1: a chat" war_chat
  check "$1: a stream, event by event" war_stream
  check "$1: metrics" war_metrics
  check "$1: refusals in JSON" refusals
  check "$1: the address in a recipe" recipe
}

# held PID: threads and open files of a process, after it has collected its garbage
held() {
  jcmd "$1" GC.run >/dev/null
  sleep 5
  say "$(find "/proc/$1/task" -mindepth 1 -maxdepth 1 | wc -l) $(find "/proc/$1/fd" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)"
}

redeployed() { # three times; what the first one left is the measure
  local before after time
  "${ASADMIN[@]}" redeploy --name sidecar --contextroot "$CONTEXT" target/sidecar.war >/dev/null || return 1
  wait_until 120 answers 200 /health && war_chat || return 1
  before=$(held "$SERVER_PID") || return 1
  for time in 2 3 4; do
    "${ASADMIN[@]}" redeploy --name sidecar --contextroot "$CONTEXT" target/sidecar.war >/dev/null || return 1
    if ! wait_until 120 answers 200 /health || ! war_chat; then
      say "no chat after deployment $time"
      return 1
    fi
  done
  after=$(held "$SERVER_PID")
  say "threads and files before $before, after three more deployments $after"
  [ $((${after% *} - ${before% *})) -le 8 ] && [ $((${after#* } - ${before#* })) -le 24 ]
}

# Arquillian deploys, WarIT looks, Arquillian undeploys: three times on one server.
by_arquillian() { # PORT of the server's administration
  local time
  for time in 1 2 3; do
    mvn -B -q -Ppayara-server test-compile failsafe:integration-test failsafe:verify -Dit.test=WarIT "-Dpayara.adminPort=$1" || return 1
    say "times deployed: $time"
  done
}

undeployed() {
  "${ASADMIN[@]}" undeploy sidecar >/dev/null || return 1
  sleep 3
  flock -n "$WORK/server-data/sidecar.lock" true && say "lock and database are free"
}

try_micro() {
  WAR_PORT=$(free_port)
  (
    war_environment "$WORK/micro-data"
    exec java -jar "$SERVER" --nohazelcast --port "$WAR_PORT" --contextroot "${CONTEXT#/}" --deploy target/sidecar.war
  ) >"$WORK/micro.log" 2>&1 &
  PIDS+=("$!")
  war_works "Payara Micro" "$WORK/micro.log"
}

try_server() {
  local zip=$HOME/.m2/repository/fish/payara/distributions/payara/$PAYARA_VERSION/payara-$PAYARA_VERSION.zip base
  [ -e "$zip" ] || mvn -q -B dependency:get -Dartifact="fish.payara.distributions:payara:$PAYARA_VERSION:zip" -Dtransitive=false
  (cd "$WORK" && python3 -m zipfile -e "$zip" . && chmod +x payara6/bin/* payara6/glassfish/bin/*)
  base=$(free_base)
  WAR_PORT=$((base + 80))
  ASADMIN=("$WORK/payara6/bin/asadmin" --interactive=false --port "$((base + 48))")
  say 'AS_ADMIN_PASSWORD=' >"$WORK/password"
  "$WORK/payara6/bin/asadmin" --interactive=false --user admin --passwordfile "$WORK/password" create-domain --nopassword=true --portbase "$base" gate >/dev/null
  start_domain server unset
  # one setting by a property of the server, another by one of its JVM
  "${ASADMIN[@]}" set-config-property --source=domain --propertyName=SIDECAR_CLIENT_TOKEN --propertyValue="$WAR_CLIENT" >/dev/null
  "${ASADMIN[@]}" create-system-properties "SIDECAR_ADMIN_TOKEN=$WAR_TOKEN" >/dev/null
  "${ASADMIN[@]}" deploy --name sidecar --contextroot "$CONTEXT" target/sidecar.war
  SERVER_PID=$(pgrep -f "$WORK/payara6/glassfish/modules/glassfish.jar|com.sun.enterprise.glassfish.bootstrap.ASMain.*$WORK" | head -n 1)
  war_works "Payara Server" "$WORK/server.log"
  check "Payara Server: deployed three times more" redeployed
  check "Payara Server: undeployed" undeployed
  "${ASADMIN[@]}" delete-config-property --source=domain --propertyName=SIDECAR_CLIENT_TOKEN >/dev/null
  "${ASADMIN[@]}" delete-system-property SIDECAR_ADMIN_TOKEN >/dev/null
  "$WORK/payara6/bin/asadmin" stop-domain gate >/dev/null
  # the one that WarIT knows, see pom.xml, and open to everybody on this machine
  WAR_TOKEN=admin-token-of-the-integration-tests WAR_CLIENT=
  start_domain arquillian
  check "Payara Server: WarIT by Arquillian" by_arquillian "$((base + 48))"
  "$WORK/payara6/bin/asadmin" stop-domain gate >/dev/null || true
}

start_domain() { # NAME of its log, and of the data directory; "unset" for tokens that come by other ways
  (
    war_environment "$WORK/$1-data"
    [ "${2:-}" != unset ] || unset SIDECAR_CLIENT_TOKEN SIDECAR_ADMIN_TOKEN
    exec "$WORK/payara6/bin/asadmin" start-domain --verbose gate
  ) >"$WORK/$1.log" 2>&1 &
  PIDS+=("$!")
  # it takes connections before it takes commands
  wait_until 120 "${ASADMIN[@]}" uptime || die 2 "Payara Server did not start: $(tail -n 20 "$WORK/$1.log")"
}

# free_base: a number to which the server adds for each of its ports
free_base() {
  local base
  for base in $(seq 21000 100 30000 | shuf); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$((base + 48))") 2>/dev/null && ! (exec 3<>"/dev/tcp/127.0.0.1/$((base + 80))") 2>/dev/null; then
      say "$base"
      return
    fi
  done
}

try_war() {
  need_tools java curl python3 jcmd
  build
  WAR_TOKEN=$(random_hex 24) WAR_KEY=$(random_hex 32) WAR_CLIENT=client-token-of-the-bench
  start_upstream
  try_micro
  try_server
}
