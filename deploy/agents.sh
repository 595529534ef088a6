# shellcheck shell=bash
# Settings of agents, as deploy/sidecar doctor looks at them: which of their providers lead to this Sidecar, and how.

# What each kind of file says about its providers, one a line: name, address, api, key; tab-separated, "-" for what is not there.
agent_providers() { # KIND FILE
  case $1 in
    openclaw)
      plain_json "$2" | jq -r '(.models.providers // {}) | to_entries[] | [.key, .value.baseUrl // "-", .value.api // "-", .value.apiKey // "-"]
        | map(if type == "string" and . != "" then . else "-" end) | @tsv'
      ;;
    opencode)
      plain_json "$2" | jq -r '(.provider // {}) | to_entries[] | [.key, .value.options.baseURL // "-", "-", .value.options.apiKey // "-"]
        | map(if type == "string" and . != "" then . else "-" end) | @tsv'
      ;;
    codex) codex_providers "$2" ;;
  esac
}

# JSON as people write it: without comments, trailing commas, single quotes and bare names.
plain_json() { # FILE
  perl -0777 -pe '
    s{("(?:\\.|[^"\\])*")|(\x27(?:\\.|[^\x27\\])*\x27)|//[^\n]*|/\*.*?\*/}
     {defined $1 ? $1 : defined $2 ? do { my $t = substr($2, 1, -1); $t =~ s/\\\x27/\x27/g; $t =~ s/(?<!\\)"/\\"/g; "\"$t\"" } : " "}gse;
    s{("(?:\\.|[^"\\])*")|,(?=\s*[\]\}])}{defined $1 ? $1 : ""}gse;
    s{("(?:\\.|[^"\\])*")|([A-Za-z_\$][\w\$]*)(?=\s*:)}{defined $1 ? $1 : "\"$2\""}gse' "$1"
}

codex_providers() { # FILE
  awk '
    function flush() { if (name != "") printf "%s\t%s\t%s\t%s\n", name, url, wire, key }
    function value(line) { sub(/^[^=]*=[ \t]*/, "", line); sub(/[ \t]*(#.*)?$/, "", line); gsub(/^["\x27]|["\x27]$/, "", line); return line }
    /^[ \t]*\[/ {
      flush(); name = ""
      if (match($0, /model_providers\.[^]]+/)) { name = substr($0, RSTART + 16, RLENGTH - 16); gsub(/"/, "", name); url = wire = key = "-" }
    }
    /^[ \t]*base_url[ \t]*=/ { url = value($0) }
    /^[ \t]*wire_api[ \t]*=/ { wire = value($0) }
    /^[ \t]*env_key[ \t]*=/ { key = "${" value($0) "}" }
    END { flush() }' "$1"
}

check_client() { # KIND FILE found|asked
  local name url api key lines ours=0
  if ! command -v jq >/dev/null || ! command -v perl >/dev/null; then
    skip "$1: $2 is not looked at, for want of jq or perl"
    return
  fi
  if ! lines=$(agent_providers "$1" "$2" 2>/dev/null); then
    fail "$1: $2 cannot be understood" "it must be $([ "$1" = codex ] && printf TOML || printf JSON); look for a missing comma, quote or bracket"
    return
  fi
  while IFS=$'\t' read -r name url api key; do
    if [ -n "$name" ] && leads_here "$url"; then
      ours=$((ours + 1))
      check_way "$1: $name in $2" "$1" "$url" "$api" "$key"
    fi
  done <<<"$lines"
  if [ "$ours" = 0 ] && [ "$3" = asked ]; then
    fail "$1: no provider in $2 leads to $ADDRESS" "copy the block for $1 from $ADDRESS/connect"
  elif [ "$ours" = 0 ]; then
    skip "$1: $2 does not use this Sidecar; $ADDRESS/connect has what to paste"
  fi
}

# Whether an address is one of this machine's at one of our ports, or ours as it is written.
leads_here() { # URL
  local authority host port
  authority=${1#*://} authority=${authority%%/*}
  port=${authority##*:} host=${authority%:*}
  [[ $port == "$(setting SIDECAR_PORT 9190)" || $port == "$(setting SIDECAR_METRICS_PORT 9191)" ]] || return 1
  case $host in
    localhost | 127.* | '[::1]' | 0.0.0.0 | "$LISTENS" | "$(hostname 2>/dev/null)" | host.docker.internal) return 0 ;;
    *) return 1 ;;
  esac
}

check_way() { # WORDS KIND URL API KEY
  local authority right before=$FAILED
  authority=${3#*://} authority=${authority%%/*}
  right=${3%%://*}://${authority%:*}:$(setting SIDECAR_PORT 9190)
  # Anthropic's clients add /v1 themselves
  [ "$4" = anthropic-messages ] || right+=/v1
  if [ "${authority##*:}" != "$(setting SIDECAR_PORT 9190)" ]; then
    fail "$1: port ${authority##*:} is the one for metrics" "its address must be $right"
  elif [ "${3%/}" != "$right" ]; then
    fail "$1: the address is $3" "it must be $right"
  fi
  case $2:$4 in
    openclaw:openai-completions | openclaw:openai-responses | openclaw:anthropic-messages) ;;
    openclaw:*) fail "$1: api is $4" "it must be openai-completions, openai-responses or anthropic-messages; most models are served as the first" ;;
    codex:chat | codex:responses | codex:- | opencode:*) ;;
    *) fail "$1: wire_api is $4" "it must be chat or responses" ;;
  esac
  check_key "$1" "$2" "$5"
  [ "$FAILED" -ne "$before" ] || ok "$1"
}

# With the key as the client sends it; one that stands in the client's environment is known to that alone.
check_key() { # WORDS KIND KEY
  local status
  # shellcheck disable=SC2016 # these are looked for as they stand
  case $3 in
    -)
      if [ "$2" = openclaw ]; then fail "$1: apiKey is missing" "set it to a client token; any text will do where none is asked for"; fi
      return ;;
    *'${'* | *'{env:'*)
      skip "$1: its token is in an environment variable, which only the client knows"
      return ;;
  esac
  [ "$ANSWERS" = yes ] || return 0
  status=$(ask -o /dev/null -m 10 -w '%{http_code}' -H @<(printf 'Authorization: Bearer %s\n' "$3") "$ADDRESS/v1/models" || true)
  case $status in
    200) ;;
    401) fail "$1: Sidecar does not know its token" "make one at $ADDRESS/clients, and put it there" ;;
    *) warn "$1: GET /v1/models with its token answered $status" "see deploy/sidecar logs" ;;
  esac
}
