# shellcheck shell=bash
# A Sidecar behind deploy/nginx.conf, with only ports and certificate changed; then stubs for nodes, behind it and behind
# deploy/nginx-compose.conf. Read by run.sh.

# start_nginx NAME PORT [ANOTHER_NODES_PORT]: leaves its TLS port in TLS and its plain one in PLAIN.
start_nginx() {
  local place=$WORK/$1 part
  PLAIN=$(free_port)
  TLS=$(free_port)
  mkdir -p "$place"
  sed -e "s#127.0.0.1:9190#127.0.0.1:$2#" ${3:+-e "s@# server 10.0.0.2:9190;@server 127.0.0.1:$3;@"} \
    -e '/listen \[::\]/d' -e "s#listen 80;#listen $PLAIN;#" -e "s#listen 443#listen $TLS#" \
    -e "s#/etc/letsencrypt/live/sidecar.example.org#$WORK/tls#" deploy/nginx.conf >"$place/sidecar.conf"
  {
    printf '%s\n' "daemon off;" "pid $place/pid;" "error_log $place/error.log;" "events {}" "http {" "access_log off;"
    for part in client_body proxy fastcgi uwsgi scgi; do printf '%s\n' "${part}_temp_path $place/$part;"; done
    printf '%s\n' "include $place/sidecar.conf;" "}"
  } >"$place/nginx.conf"
  run_nginx "$1"
}

run_nginx() { # NAME, whose configuration is written
  local place=$WORK/$1
  check "nginx: configuration ($1)" "$NGINX" -t -q -e "$place/error.log" -c "$place/nginx.conf"
  "$NGINX" -e "$place/error.log" -c "$place/nginx.conf" &
  PIDS+=("$!")
  wait_until 60 curl -s -o /dev/null "http://127.0.0.1:$PLAIN/" || die 2 "nginx did not start: $(<"$place/error.log")"
}

# start_compose_nginx PORT PORT PORT: of the nodes. Debian's nginx cannot ask for a name again ("resolve", since 1.27.3), and these have none.
start_compose_nginx() {
  local place=$WORK/compose
  PLAIN=$(free_port)
  mkdir -p "$place"
  sed -e 's/^pid .*/daemon off; pid \/tmp\/pid;/' -e "s#/tmp/#$place/#" -e "s#/dev/stderr#$place/error.log#" -e '/^ *resolver /d' -e 's/ resolve;/;/' -e "s#listen 9190#listen 127.0.0.1:$PLAIN#" \
    -e "s#node-1:9190#127.0.0.1:$1#" -e "s#node-2:9190#127.0.0.1:$2#" -e "s#node-3:9190#127.0.0.1:$3#" deploy/nginx-compose.conf >"$place/nginx.conf"
  run_nginx compose
}

certificate() {
  mkdir -p "$WORK/tls"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sidecar.example.org -addext subjectAltName=DNS:sidecar.example.org \
    -keyout "$WORK/tls/privkey.pem" -out "$WORK/tls/fullchain.pem" 2>/dev/null
}

start_upstream() { # [FILE for what it is sent]
  UPSTREAM=$(free_port)
  python3 "$HERE/upstream.py" "$UPSTREAM" "$@" &
  PIDS+=("$!")
  wait_until 60 curl -s -o /dev/null "http://127.0.0.1:$UPSTREAM/"
}

start_sidecar() {
  CLIENT=client-token-of-the-bench
  METRICS=$(free_port)
  start_gateway SIDECAR_METRICS_PORT="$METRICS" JAVA_OPTS=-XX:TieredStopAtLevel=1 LOG_LEVEL=warning SIDECAR_CLIENT_TOKEN="$CLIENT" SIDECAR_TRUSTED_PROXIES=127.0.0.1
  admin /backends '{"name":"stub","api_base_url":"http://127.0.0.1:'"$UPSTREAM"'","api_key":"sk-stub-0123456789","model_mappings":{"small":{"native_id":"tiny"}}}' \
    >/dev/null
}

# through PATH [CURL OPTION…]: asks by way of nginx.
through() {
  local path=$1
  shift
  curl -sS --cacert "$WORK/tls/fullchain.pem" --resolve "sidecar.example.org:$TLS:127.0.0.1" "https://sidecar.example.org:$TLS$path" "$@"
}

chat() { # CURL OPTION…
  through /v1/chat/completions -H "Authorization: Bearer $CLIENT" -H 'Content-Type: application/json' "$@"
}

stream() { # CURL OPTION…
  chat -N "$@" -d '{"model":"small","stream":true,"messages":[{"role":"user","content":"count"}]}' | python3 "$HERE/late.py" 20 2000
}

# status EXPECTED PATH [CURL OPTION…]
status() {
  local expected=$1 got
  shift
  got=$(through "$@" -o "$WORK/body" -w '%{http_code}')
  if [ "$got" != "$expected" ]; then
    say "$1 answered $got, not $expected: $(head -c 300 "$WORK/body")"
    return 1
  fi
}

# A stranger is refused, this machine is not, however the path is written.
watched_only_from_here() {
  local path failed=0
  for path in /metrics /health /health/ready //metrics /metrics/ /x/../metrics '/x;y/../metrics' /%6detrics '/metrics?x=1' /Metrics; do
    status 403 "$path" --path-as-is --interface 127.0.0.2 || failed=1
  done
  for path in '/metrics;x=1' '/..;/metrics' '/x/..;/metrics'; do
    status 400 "$path" --path-as-is --interface 127.0.0.2 || failed=1
  done
  status 200 /metrics && status 200 /health && return "$failed"
}

large_body() { # BYTES EXPECTED
  local got
  {
    printf '{"model":"small","messages":[{"role":"user","content":"'
    head -c "$1" /dev/zero | tr '\0' a
    printf '"}]}'
  } >"$WORK/large"
  got=$(chat -H 'Expect:' --data-binary "@$WORK/large" -o "$WORK/body" -w '%{http_code}' || true)
  cat "$WORK/body"
  [ "$got" = "$2" ] && python3 -m json.tool "$WORK/body" >/dev/null
}

# Lengths that two servers could read in two ways.
ambiguous() { # HEADER…
  local answer
  answer=$({
    printf 'POST /v1/chat/completions HTTP/1.1\r\nHost: sidecar.example.org\r\n'
    printf '%s\r\n' "$@"
    printf '\r\n0\r\n\r\n'
    sleep 1
  } | openssl s_client -quiet -connect "127.0.0.1:$TLS" 2>/dev/null | head -n 1 | tr -d '\r')
  say "$answer"
  [[ $answer == *" 400 "* ]]
}

snapshots() {
  local count
  # collected by nginx they would come much later than one a second
  count=$(through /dashboard/sse -N -m 12 -H "Authorization: Bearer $ADMIN" 2>/dev/null | grep -m 3 -c '^data: ' || true)
  say "$count within 12 s"
  [ "$count" -ge 3 ]
}

# What arrives behind nginx of what a client claims of itself.
overwritten() {
  local header lie=()
  for header in X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host X-Forwarded-Port X-Forwarded-Prefix X-Real-IP Forwarded; do
    lie+=(-H "$header: for=10.9.9.9")
  done
  through /echo "${lie[@]}" >"$WORK/told"
  python3 - "$WORK/told" <<'END'
import json, sys
told = {name: value for name, value in json.load(open(sys.argv[1])).items() if "forwarded" in name or name == "x-real-ip"}
print(told)
sys.exit(told != {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"})
END
}

# Signs in by the form of the page: the session's cookie knows that it was given over TLS, and is good for a page.
secure_cookie() {
  local cookie
  cookie=$(through /login -o /dev/null -D - --data-urlencode "login:token=$ADMIN" \
    -d 'login=login&login:enter=&from=/dashboard&jakarta.faces.ViewState=stateless&primefaces.nonce=' | grep -i '^set-cookie:' | tr -d '\r')
  say "${cookie//=[0-9a-f.]*;/=…;}"
  [[ ${cookie,,} == *secure* ]] && cookie=${cookie#*: } && status 200 /dashboard -H "Cookie: ${cookie%%;*}"
}

redirected() {
  local answer
  answer=$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: sidecar.example.org' "http://127.0.0.1:$PLAIN/v1/models")
  say "$answer"
  [ "$answer" = "308 https://sidecar.example.org/v1/models" ]
}

# Where the kubelet would look, it finds what it looks for.
probes_answer() {
  local path port got
  "$YAML_PYTHON" "$HERE/kubernetes.py" probes >"$WORK/probes" || return 1
  [ -s "$WORK/probes" ] || return 1
  while read -r path port; do
    case $port in http) port=$SIDECAR ;; metrics) port=$METRICS ;; *) return 1 ;; esac
    got=$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port$path")
    if [ "$got" != 200 ]; then
      say "$path answered $got"
      return 1
    fi
  done <"$WORK/probes"
}

# nodes PATH TIMES: which nodes answer that many requests one after another, each once
nodes() {
  local time
  for ((time = 0; time < $2; time++)); do
    "$ASK" "$1" -o /dev/null -D - | tr -d '\r' | sed -n 's/^x-node: //Ip'
  done | sort -u
}

plain() { # PATH [CURL OPTION…]
  local path=$1
  shift
  curl -sS "http://127.0.0.1:$PLAIN$path" "$@"
}

# /v1 goes to all of them, and the pages of one visitor to one.
spread() {
  local all
  all=$(nodes /v1/models 12 | wc -l)
  say "/v1 is answered by $all nodes, pages by $(nodes /dashboard 12 | tr '\n' ' ')"
  [ "$all" -eq "$1" ] && [ "$(nodes /dashboard 12 | wc -l)" -eq 1 ]
}

# posted MODEL [CURL OPTION…]: posts a chat; prints its status and how often nodes got it
posted() {
  local model=$1 status
  shift
  : >"$WORK/arrived"
  status=$("$ASK" /v1/chat/completions -o "$WORK/body" -w '%{http_code}' -d '{"model":"'"$model"'"}' "$@") || return 1
  say "$status $(grep -c "$model" "$WORK/arrived" || true)"
}

# A node that breaks off after it has got a request may have made somebody pay for it. One time for each, since nginx leaves it out then.
never_twice() {
  local node got
  for node in "${NODES[@]}"; do
    got=$(posted "hang up")
    if [ "$got" != "502 1" ]; then
      say "with $node: $got (status, times sent)"
      return 1
    fi
  done
  python3 -m json.tool "$WORK/body" >/dev/null
}

# goes_on TIMES: every request is answered, by a node that lives, and each chat is sent once
goes_on() {
  local time got path
  for ((time = 0; time < $1; time++)); do
    for path in /dashboard /v1/models; do
      got=$("$ASK" "$path" -o /dev/null -w '%{http_code}')
      [ "$got" = 200 ] || { say "$path answered $got" && return 1; }
    done
    got=$(posted tiny)
    [ "$got" = "200 1" ] || { say "a chat: $got (status, times sent)" && return 1; }
  done
}

node_stream() {
  "$ASK" /v1/chat/completions -N -d '{"model":"tiny","stream":true}' | python3 "$HERE/late.py" 20 2000
}

# start_nodes NUMBER: stubs instead of Sidecars, in NODES and NODE_PIDS
start_nodes() {
  local number
  NODES=() NODE_PIDS=()
  for ((number = 0; number < $1; number++)); do
    start_upstream "$WORK/arrived"
    NODES+=("$UPSTREAM")
    NODE_PIDS+=("${PIDS[-1]}")
  done
}

# try_nodes NAME ASK: with nginx running in front of NODES
try_nodes() {
  local dead number
  ASK=$2
  check "$1: /v1 on every node, a visitor's pages on one" spread "${#NODES[@]}"
  check "$1: a stream, event by event" node_stream
  check "$1: a POST that broke off is not sent again" never_twice
  # until they are asked again
  sleep 11
  # the one that has the pages
  dead=$(nodes /dashboard 1)
  for number in "${!NODES[@]}"; do
    if [ "${NODES[number]}" = "$dead" ]; then
      kill "${NODE_PIDS[number]}"
      wait "${NODE_PIDS[number]}" 2>/dev/null || true
    fi
  done
  check "$1: a dead node is not noticed" goes_on 10
}

try_several() {
  start_nodes 2
  start_nginx nodes "${NODES[@]}"
  try_nodes "nginx, two nodes" through
  start_nodes 3
  start_compose_nginx "${NODES[@]}"
  try_nodes "nginx of compose" plain
}

try_nginx() {
  find_yaml_python
  NGINX=$(borrow nginx usr/sbin/nginx)
  build
  certificate
  start_upstream
  start_sidecar
  start_nginx sidecar "$SIDECAR"
  check "nginx: plain HTTP leads to TLS" redirected
  check "nginx: a stream over HTTP/1.1, event by event" stream --http1.1
  check "nginx: a stream over HTTP/2, event by event" stream --http2
  check "nginx: the dashboard's stream" snapshots
  check "nginx: the session's cookie is for TLS only" secure_cookie
  check "nginx: a body of 30 MB" large_body 30000000 200
  check "nginx: a body of 36 MB is refused in JSON" large_body 36000000 413
  check "nginx: metrics and health only from here" watched_only_from_here
  check "nginx: a length and chunks are refused" ambiguous 'Content-Length: 5' 'Transfer-Encoding: chunked'
  check "nginx: two lengths are refused" ambiguous 'Content-Length: 5' 'Content-Length: 6'
  start_nginx echo "$UPSTREAM"
  check "nginx: what a client says of itself is overwritten" overwritten
  check "kubernetes: what probes ask for is there" probes_answer
  try_several
}
