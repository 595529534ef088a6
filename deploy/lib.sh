# shellcheck shell=bash
# Shared by run.sh, test.sh and the benches: what is built, and finding, or installing, the tools that none can do without.

WAR=target/sidecar.war
SERVER=target/payara-micro.jar
# shellcheck disable=SC2034 # read by run.sh and archive.sh
UNPACKED=target/server

say() { printf '%s\n' "$*"; }
die() { # CODE MESSAGE…
  local code=$1
  shift
  printf 'sidecar: %s\n' "$*" >&2
  exit "$code"
}

random_hex() { od -An -v -tx1 -N"$1" /dev/urandom | tr -d ' \n'; } # BYTES

# java_tool NAME: prints the path of java or javac, from JAVA_HOME when it is set, else from PATH.
java_tool() {
  if [ -n "${JAVA_HOME:-}" ]; then
    [ -x "$JAVA_HOME/bin/$1" ] && printf '%s\n' "$JAVA_HOME/bin/$1"
  else
    command -v "$1"
  fi
}

# The package of the JDK this Debian has; 17 is the one we ship on.
jdk_package() {
  local version
  for version in 17 25 21; do
    if apt-cache show "openjdk-$version-jdk-headless" >/dev/null 2>&1; then
      printf 'openjdk-%s-jdk-headless\n' "$version"
      return
    fi
  done
  printf 'default-jdk-headless\n'
}

# need_tools TOOL…: makes sure that java, javac, mvn, chromedriver, initdb, or tools whose package has their name, are there. Root on a machine with apt-get gets them
# installed; everybody else gets the one line to type.
need_tools() {
  local tool jdk=no packages=()
  for tool in "$@"; do
    case $tool in
      java | javac) java_tool "$tool" >/dev/null || jdk=yes ;;
      mvn) command -v mvn >/dev/null || packages+=(maven) ;;
      chromedriver) command -v chromedriver >/dev/null || packages+=(chromium-driver) ;;
      initdb) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql) ;; # not in anybody's PATH
      *) command -v "$tool" >/dev/null || packages+=("$tool") ;;
    esac
  done
  if [ "$jdk" = yes ] && [ -n "${JAVA_HOME:-}" ]; then
    die 1 "JAVA_HOME is $JAVA_HOME, which has no JDK in it"
  fi
  [ "$jdk" = no ] && [ "${#packages[@]}" -eq 0 ] && return
  if ! command -v apt-get >/dev/null; then
    [ "$jdk" = no ] || packages=("a JDK (17 or newer)" "${packages[@]}")
    die 1 "something is missing; please install $(printf '%s, ' "${packages[@]}" | sed 's/, $//') and try again"
  fi
  if [ "$(id -u)" -ne 0 ]; then
    [ "$jdk" = yes ] && packages=("$(jdk_package)" "${packages[@]}")
    die 1 "something is missing; type: sudo apt-get update && sudo apt-get install -y ${packages[*]}"
  fi
  apt-get update -q >&2
  [ "$jdk" = yes ] && packages=("$(jdk_package)" "${packages[@]}")
  say "installing ${packages[*]}" >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}" ca-certificates >&2
}

# Builds WAR and SERVER, unless they are there and newer than what they are made of, or came without it (in an image).
build() {
  if [ -f "$WAR" ] && [ -f "$SERVER" ] \
    && { ! [ -e pom.xml ] || [ -z "$(find pom.xml src/main webapp -newer "$WAR" -print -quit)" ]; }; then
    return
  fi
  need_tools javac mvn
  say "building Sidecar (the first time this takes some minutes)"
  # a class that an older version had and this one has not would still be packed, and could keep the WAR from starting
  rm -rf target/classes target/sidecar
  # Maven ends every colour on both outputs, also where it has begun none, and what came next stood behind that on the same line
  mvn -B -q -Dstyle.color=never -DskipTests package 2>&1 | sed 's/\x1b\[0m//g' || die 1 "the build failed"
  touch "$WAR"
}

# Runs a class of ours outside of a server, with the libraries that the WAR holds.
run_class() { # CLASS WORD…
  local home=target/sidecar/WEB-INF
  build
  need_tools java
  if ! [ -d "$home/classes" ]; then # the WAR came without the folder that it was packed from
    need_tools unzip
    unzip -q -o "$WAR" 'WEB-INF/classes/*' 'WEB-INF/lib/*' -d target/sidecar
  fi
  "$(java_tool java)" -XX:TieredStopAtLevel=1 -Xmx256m -cp "$home/classes:$home/lib/*" "$@"
}
