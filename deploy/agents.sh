# shellcheck shell=bash
# Settings of agents, as deploy/sidecar doctor looks at them: which of their providers lead to this Sidecar, and how.

# A client waits for a place in the queue (240 s), and then for the first word (180 s).
ENOUGH_SECONDS=420

# Where each keeps its settings when nobody says otherwise, one a line: kind, file.
agent_files() {
  printf '%s\t%s\n' \
    openclaw "$HOME/.openclaw/openclaw.json" \
    opencode "$HOME/.config/opencode/opencode.json" \
    opencode "$HOME/.config/opencode/opencode.jsonc" \
    claudecode "$HOME/.claude/settings.json" \
    codex "$HOME/.codex/config.toml" \
    qwencode "$HOME/.qwen/settings.json" \
    cline "$HOME/.cline/data/settings/providers.json"
}

# What each kind of file says about its providers, one a line: name, address, api, key, patience in seconds;
# tab-separated, "-" for what is not there. What agents take when nothing is written stands in docs/clients.md.
# shellcheck disable=SC2016 # the dollars are jq's
agent_providers() { # KIND FILE
  case $1 in
    openclaw)
      agent_json "$2" '(.models.providers // {}) | to_entries[] | [.key, .value.baseUrl, .value.api, .value.apiKey, .value.timeoutSeconds]'
      ;;
    opencode)
      agent_json "$2" '(.provider // {}) | to_entries[] | [.key, .value.options.baseURL,
        ({"@ai-sdk/openai": "openai-responses", "@ai-sdk/anthropic": "anthropic-messages"}[.value.npm // "-"] // "openai-completions"),
        .value.options.apiKey, (.value.options | [seconds(.headerTimeout; 300000), seconds(.chunkTimeout; 300000)] | min)]'
      ;;
    claudecode)
      agent_json "$2" '.apiKeyHelper as $helper | .env // {} | [ "env", .ANTHROPIC_BASE_URL, "anthropic-messages",
        (.ANTHROPIC_AUTH_TOKEN // .ANTHROPIC_API_KEY // if $helper then "${apiKeyHelper}" else null end),
        seconds(.API_TIMEOUT_MS | if . then tonumber else . end; 600000)]'
      ;;
    qwencode)
      agent_json "$2" '(.env // {}) as $env | (.providerProtocol // {}) as $protocol
        | [(.modelProviders // {}) | to_entries[] | select(($protocol[.key] // .key) == "openai") | .key as $name | .value[]
          | [$name, .baseUrl, "openai-completions", ($env[.envKey // "OPENAI_API_KEY"] // "${\(.envKey // "OPENAI_API_KEY")}"),
             seconds(.generationConfig.timeout; 120000)]] | unique[]'
      ;;
    cline)
      agent_json "$2" '(.providers // {}) | to_entries[] | [.key, .value.settings.baseUrl,
        ({"anthropic": "anthropic-messages", "openai-native": "openai-responses"}[.key] // "openai-completions"), .value.settings.apiKey,
        (.value.settings.timeout | if . then . / 1000 | floor else null end)]'
      ;;
    codex) codex_providers "$2" ;;
  esac
}

# The lists that a filter makes of a file, each as a line.
agent_json() { # FILE FILTER
  plain_json "$1" | jq -r 'def seconds($ms; $default): if $ms == false then 1000000 else ($ms // $default) / 1000 | floor end; '"$2"'
    | map(if . == null or . == "" then "-" else tostring end) | @tsv'
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
    function flush() { if (name != "") printf "%s\t%s\t%s\t%s\t%d\n", name, url, wire, key, idle / 1000 }
    function value(line) { sub(/^[^=]*=[ \t]*/, "", line); sub(/[ \t]*(#.*)?$/, "", line); gsub(/^["\x27]|["\x27]$/, "", line); return line }
    /^[ \t]*\[/ {
      flush(); name = ""
      if (match($0, /model_providers\.[^]]+/)) { name = substr($0, RSTART + 16, RLENGTH - 16); gsub(/"/, "", name); url = wire = key = "-"; idle = 300000 }
    }
    /^[ \t]*base_url[ \t]*=/ { url = value($0) }
    /^[ \t]*wire_api[ \t]*=/ { wire = value($0) }
    /^[ \t]*env_key[ \t]*=/ { key = "${" value($0) "}" }
    /^[ \t]*stream_idle_timeout_ms[ \t]*=/ { idle = value($0); gsub(/_/, "", idle) }
    END { flush() }' "$1"
}

check_client() { # KIND FILE found|asked
  local name url api key patience lines ours=0
  if ! command -v jq >/dev/null || ! command -v perl >/dev/null; then
    skip "$1: $2 is not looked at, for want of jq or perl"
    return
  fi
  if ! lines=$(agent_providers "$1" "$2" 2>/dev/null); then
    fail "$1: $2 cannot be understood" "it must be $([ "$1" = codex ] && printf TOML || printf JSON); look for a missing comma, quote or bracket"
    return
  fi
  while IFS=$'\t' read -r name url api key patience; do
    if [ -n "$name" ] && leads_here "$url"; then
      ours=$((ours + 1))
      check_agent "$1: $name in $2" "$1" "$url" "$api" "$key" "$patience"
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

check_agent() { # WORDS KIND URL API KEY PATIENCE
  local before=$FAILED
  check_way "$1" "$2" "$3" "$4"
  check_dialect "$1" "$2" "$4"
  check_patience "$1" "$2" "$3" "$6"
  check_key "$1" "$2" "$5"
  [ "$FAILED" -ne "$before" ] || ok "$1"
}

check_way() { # WORDS KIND URL API
  local authority right
  authority=${3#*://} authority=${authority%%/*}
  right=${3%%://*}://${authority%:*}:$(setting SIDECAR_PORT 9190)
  # Anthropic's own clients add /v1 themselves, opencode's package for it does not
  [ "$4" = anthropic-messages ] && [ "$2" != opencode ] || right+=/v1
  if [ "${authority##*:}" != "$(setting SIDECAR_PORT 9190)" ]; then
    fail "$1: port ${authority##*:} is the one for metrics" "its address must be $right"
  elif [ "${3%/}" != "$right" ]; then
    fail "$1: the address is $3" "it must be $right"
  fi
}

# Whether the client speaks what it says it does, and whether a provider can be asked for that.
check_dialect() { # WORDS KIND API
  local api=$3
  case $2:$3 in
    openclaw:openai-completions | openclaw:openai-responses | openclaw:anthropic-messages) ;;
    openclaw:*)
      fail "$1: api is $3" "it must be openai-completions, openai-responses or anthropic-messages; most models are served as the first"
      return ;;
    codex:responses | codex:-) api=openai-responses ;;
    codex:*)
      api=openai-responses
      fail "$1: wire_api is $3, with which Codex does not start any more" "write wire_api = \"responses\"" ;;
  esac
  check_served "$1" "$api"
}

# As it is, or by translation: which the setting allows in general, and a model's own may.
check_served() { # WORDS API
  local apis dialect providers models translation
  [ "$ANSWERS" = yes ] && providers=$(api GET /backends 2>/dev/null) && models=$(api GET /models 2>/dev/null) \
    && translation=$(api GET /config/translation 2>/dev/null | jq -r .value) || return 0
  # whoever speaks responses is asked for chat completions too
  case $2 in openai-completions) apis='["openai-completions", "openai-responses"]' ;; *) apis="[\"$2\"]" ;; esac
  case $2 in openai-completions) dialect=chat ;; openai-responses) dialect=responses ;; *) dialect=messages ;; esac
  jq -es --argjson apis "$apis" --arg dialect "$dialect" --arg translation "$translation" \
    '(.[0] | any(.[]; .enabled and ($translation == "on" or ([.api] | inside($apis))))) or (.[1] | any(.[]; .dialects[$dialect]))' \
    <<<"$providers$models" >/dev/null \
    || fail "$1: it speaks $2, and no enabled provider does" \
      "add a provider with that API at $ADDRESS/providers, or let Sidecar translate: the setting translation at $ADDRESS/settings"
}

check_patience() { # WORDS KIND URL PATIENCE
  local host=${3#*://}
  if [ "$2" = openclaw ] && [ "$4" = - ]; then
    case $host in localhost:* | 127.* | '[::1]'*) return 0 ;; esac
    warn "$1: it gives up on an address like this one after some 165 s" "set timeoutSeconds: 600"
  elif [ "$4" != - ] && [ "$4" -lt "$ENOUGH_SECONDS" ]; then
    warn "$1: it gives up after $4 s, while a request may wait $ENOUGH_SECONDS s for a place and its first word" \
      "give it 600 s, as the recipe at $ADDRESS/connect does"
  fi
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
