# shellcheck shell=bash
# Shared by the benches that start a gateway: reads the words typed, compiles and runs the Java, and leaves nothing behind.
# To be read after deploy/lib.sh, by a script that has a function usage.

WORK=
KEEP=no # or yes, or failed: only when the bench says that something is wrong
BENCH_PID=
ARGS=()
SCENARIOS=0

# read_words WORD…: sorts what was typed into ARGS and KEEP, and counts the scenarios.
read_words() {
  while [ "$#" -gt 0 ]; do
    case $1 in
      -h | --help)
        usage
        exit 0
        ;;
      --keep) KEEP=yes ;;
      --*)
        [ "$#" -ge 2 ] || die 2 "$1 needs a value"
        ARGS+=("$1" "$2")
        shift
        ;;
      *)
        ARGS+=("$1")
        SCENARIOS=$((SCENARIOS + 1))
        ;;
    esac
    shift
  done
}

# Ends what is still there: the bench, and gateways and databases that a bench which ended early has left behind.
# shellcheck disable=SC2317 # the traps call it
clean_up() {
  local file
  trap - EXIT INT TERM
  if [ -n "$BENCH_PID" ] && kill "$BENCH_PID" 2>/dev/null; then
    wait "$BENCH_PID" 2>/dev/null || true
  fi
  for file in "$WORK"/*/*.pid; do
    [ -e "$file" ] && end_process "$(<"$file")" "${file%/*}"
  done
  if [ "$KEEP" = yes ]; then
    rm -rf "$WORK"/*/data/run # the unpacked servers
    say "kept: $WORK"
  elif [ -n "$WORK" ]; then
    rm -rf "$WORK"
  fi
}

# end_process PID DIRECTORY: ends it if it works in that directory; a process id may have been given to somebody else since.
# shellcheck disable=SC2317 # clean_up calls it
end_process() {
  grep -zqF "$2/" "/proc/$1/environ" "/proc/$1/cmdline" 2>/dev/null || return 0
  kill "$1" 2>/dev/null || true
  for _ in $(seq 100); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$1" 2>/dev/null || true
}

# run_bench NAME CLASS FLAGS DIRECTORY…: compiles the Java in those directories, with what it uses of the tests' kit, runs the class
# with ARGS, and ends with its status. FLAGS are words for the JVM. The libraries are the gateway's own.
run_bench() {
  local name=$1 class=$2 flags=$3 libraries=target/sidecar/WEB-INF/lib directory sources=() status=0
  shift 3
  for directory in "$@"; do sources+=("$directory"/*.java); done
  need_tools java javac
  build
  [ -d "$libraries" ] || die 2 "there is no $libraries: this needs a checkout that was built here"
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX")
  "$(java_tool javac)" -encoding UTF-8 --release 17 -Xlint:all -Werror -sourcepath src/test/java -implicit:class \
    -cp "$libraries/*" -d "$WORK/classes" "${sources[@]}"
  # One collector thread: the cores belong to the gateway.
  # shellcheck disable=SC2086 # FLAGS are words
  "$(java_tool java)" -XX:+UseSerialGC -Xms64m $flags -Duser.language=en -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 \
    -cp "$WORK/classes:$libraries/*" "$class" --work "$WORK" "${ARGS[@]}" &
  BENCH_PID=$!
  wait "$BENCH_PID" || status=$?
  BENCH_PID=
  if [ "$KEEP" = failed ] && [ "$status" -ne 0 ]; then KEEP=yes; fi
  exit "$status"
}
