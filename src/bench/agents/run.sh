#!/usr/bin/env bash
# A coding agent from npm on twelve keys of a provider that speaks chat completions only. README.md says more.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")")
cd "$HERE/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh
# shellcheck source=src/bench/tools.sh
. src/bench/tools.sh

usage() {
  cat <<'END'
usage: src/bench/agents/run.sh claude|codex [tools|wait|refused|cut]…
  tools    two tools at once, then an edit, then a last word: half a minute
  wait     the same behind 960 requests, which take all windows twice: three minutes
  refused  the same where the first key answers nothing but 429
  cut      the same where the second stream breaks off after its first words
without a word all of them; the agent must be on the PATH
END
}

KEYS=12
MODEL=kimi
# in a window of all keys together
PLACES=$((KEYS * 40))
PIDS=()
WORK=
FAILED=0

# shellcheck disable=SC2317 # the traps call it
end_all() {
  local pid
  for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  PIDS=()
}

# shellcheck disable=SC2317 # the traps call it
clean_up() {
  trap - EXIT INT TERM
  end_all
  rm -rf "$WORK"
}

# start_provider [OPTION…]: the model that is played, and a Sidecar with twelve keys for it.
start_provider() {
  local port i
  port=$(free_port)
  python3 "$HERE/upstream.py" "$port" --log "$WORK/asked.jsonl" "$@" &
  PIDS+=("$!")
  start_gateway JAVA_OPTS=-XX:TieredStopAtLevel=1 LOG_LEVEL=warning SIDECAR_QUEUE_MAX=2000
  for i in $(seq -w "$KEYS"); do
    admin /backends '{"name":"nim-'"$i"'","api_base_url":"http://127.0.0.1:'"$port"'/v1","api_key":"nvapi-'"$i"'-0123456789","rpm_limit":40,"model_mappings":{"'"$MODEL"'":{"native_id":"vendor/'"$MODEL"'","reasoning":true}}}' >/dev/null
  done
}

# Takes every place twice, and goes on as soon as the second half waits.
fill() {
  python3 "$HERE/crowd.py" "http://127.0.0.1:$SIDECAR" "$MODEL" "$((2 * PLACES))" &
  PIDS+=("$!")
  wait_until 60 half_waits || die 1 "the crowd does not wait: $(admin /queue)"
}

# shellcheck disable=SC2317 # wait_until calls it
half_waits() { [ "$(admin /queue | jq .depth)" -ge "$PLACES" ]; }

# In a home of its own, with the very settings of the page Connect. No other network than the loopback's.
# shellcheck disable=SC2317 # by the agent's name
claude_says() {
  ANTHROPIC_BASE_URL="http://127.0.0.1:$SIDECAR" ANTHROPIC_AUTH_TOKEN=any ANTHROPIC_MODEL=$MODEL API_TIMEOUT_MS=600000 \
    ANTHROPIC_DEFAULT_OPUS_MODEL=$MODEL ANTHROPIC_DEFAULT_SONNET_MODEL=$MODEL ANTHROPIC_DEFAULT_HAIKU_MODEL=$MODEL \
    CLAUDE_CODE_MAX_RETRIES=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
    timeout 900 claude -p "Read note.txt, run a command, write made.txt" --allowedTools "Read,Bash,Write"
}

# shellcheck disable=SC2317 # by the agent's name
codex_says() {
  mkdir -p "$HOME/.codex"
  # a name whose tools it knows; the next one would have no apply_patch
  admin /models/names '{"client":"codex","model":"'"$MODEL"'"}' >/dev/null
  printf '%s\n' 'model = "gpt-5.5"' 'model_provider = "sidecar"' '[model_providers.sidecar]' 'name = "Sidecar"' \
    "base_url = \"http://127.0.0.1:$SIDECAR/v1\"" 'wire_api = "responses"' 'request_max_retries = 1' 'stream_max_retries = 1' \
    'stream_idle_timeout_ms = 600000' >"$HOME/.codex/config.toml"
  timeout 900 codex exec --skip-git-repo-check -s danger-full-access "Read note.txt, run a command and make made.txt"
}

# scene NAME EXPECTED [OPTION…]: plays it; EXPECTED is whether the file is made and the last word comes.
scene() {
  local name=$1 expected=$2 begun status=0 made=no
  shift 2
  rm -rf "${WORK:?}"/*
  mkdir -p "$WORK/home/project"
  echo "the note says hello" >"$WORK/home/project/note.txt"
  start_provider "$@"
  [ "$name" != wait ] || fill
  begun=$SECONDS
  (
    unset CODEX_HOME CLAUDE_CONFIG_DIR
    export HOME=$WORK/home HTTP_PROXY=http://127.0.0.1:9 HTTPS_PROXY=http://127.0.0.1:9 NO_PROXY=127.0.0.1
    cd "$HOME/project"
    "${AGENT}_says"
  ) >"$WORK/said" 2>&1 </dev/null || status=$?
  if [ -e "$WORK/home/project/made.txt" ] && grep -q "All is done" "$WORK/said"; then made=yes; fi
  printf '%s %s: %s, status %s after %s s; made.txt and last word: %s\n' "$AGENT" "$name" "$([ "$made" = "$expected" ] && echo ok || echo FAILED)" "$status" \
    "$((SECONDS - begun))" "$made"
  admin '/requests?limit=1000' \
    | jq -r '.items | reverse[] | select((.dialects // "") != "") | "  \(.dialects), lost \(if (.losses // "") == "" then "nothing" else .losses end): \(.outcome), attempts \(.attempts), waited \(.queue_wait_ms / 1000) s, took \(.latency_ms / 1000) s"'
  tail -n 3 "$WORK/said" | sed 's/^/  | /'
  [ "$made" = "$expected" ] || FAILED=1
  end_all
}

AGENT=${1:-}
case $AGENT in
  claude | codex) shift ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
command -v "$AGENT" >/dev/null || die 2 "$AGENT is not on the PATH; type: npm install $([ "$AGENT" = claude ] && echo @anthropic-ai/claude-code || echo @openai/codex)"
need_tools curl jq java
build
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
WORK=$(mktemp -d "${TMPDIR:-/tmp}/agents.XXXXXX")
say "$AGENT $("$AGENT" --version)"
[ "$#" -gt 0 ] || set -- tools wait refused cut
for word in "$@"; do
  case $word in
    tools | wait) scene "$word" yes ;;
    refused) scene refused yes --refuse-key nvapi-01-0123456789 ;;
    # Codex asks again for a stream that broke off, Claude Code does not
    cut) scene cut "$([ "$AGENT" = codex ] && echo yes || echo no)" --cut 2 ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done
exit "$FAILED"
