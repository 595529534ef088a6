# shellcheck shell=bash
# A Sidecar behind deploy/nginx.conf, with only ports and certificate changed. Read by run.sh.

# start_nginx NAME SIDECAR_PORT: leaves its TLS port in TLS and its plain one in PLAIN.
start_nginx() {
  local place=$WORK/$1 part
  PLAIN=$(free_port)
  TLS=$(free_port)
  mkdir -p "$place"
  sed -e "s#127.0.0.1:9190#127.0.0.1:$2#" -e '/listen \[::\]/d' -e "s#listen 80;#listen $PLAIN;#" -e "s#listen 443#listen $TLS#" \
    -e "s#/etc/letsencrypt/live/sidecar.example.org#$WORK/tls#" deploy/nginx.conf >"$place/sidecar.conf"
  {
    printf '%s\n' "daemon off;" "pid $place/pid;" "error_log $place/error.log;" "events {}" "http {" "access_log off;"
    for part in client_body proxy fastcgi uwsgi scgi; do printf '%s\n' "${part}_temp_path $place/$part;"; done
    printf '%s\n' "include $place/sidecar.conf;" "}"
  } >"$place/nginx.conf"
  check "nginx: configuration ($1)" "$NGINX" -t -q -e "$place/error.log" -c "$place/nginx.conf"
  "$NGINX" -e "$place/error.log" -c "$place/nginx.conf" &
  PIDS+=("$!")
  wait_until 60 curl -s -o /dev/null "http://127.0.0.1:$PLAIN/" || die 2 "nginx did not start: $(<"$place/error.log")"
}

certificate() {
  mkdir -p "$WORK/tls"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sidecar.example.org -addext subjectAltName=DNS:sidecar.example.org \
    -keyout "$WORK/tls/privkey.pem" -out "$WORK/tls/fullchain.pem" 2>/dev/null
}

start_upstream() {
  UPSTREAM=$(free_port)
  python3 "$HERE/upstream.py" "$UPSTREAM" &
  PIDS+=("$!")
  wait_until 60 curl -s -o /dev/null "http://127.0.0.1:$UPSTREAM/"
}

start_sidecar() {
  CLIENT=client-token-of-the-bench
  start_gateway JAVA_OPTS=-XX:TieredStopAtLevel=1 LOG_LEVEL=warning SIDECAR_CLIENT_TOKEN="$CLIENT" SIDECAR_TRUSTED_PROXIES=127.0.0.1
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

try_nginx() {
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
}
