# shellcheck shell=bash
# A bare Debian in a folder. Read by run.sh, and by ../newcomer/run.sh; wants CACHE.

need_namespaces() {
  if [ "$(id -u)" -ne 0 ] || ! unshare --mount --pid --fork true 2>/dev/null; then
    die 2 "this needs root, and to be allowed to mount"
  fi
}

# Makes BASE, unless it is there: Debian 12 with what debian:bookworm-slim has, kept for the next time.
debian_base() {
  BASE=$CACHE/bookworm
  if [ -e "$BASE" ]; then return; fi
  need_tools debootstrap
  rm -rf "$BASE.part"
  mkdir -p "$CACHE"
  debootstrap --variant=minbase bookworm "$BASE.part" http://deb.debian.org/debian >"$CACHE/debootstrap.log" 2>&1 \
    || die 2 "debootstrap failed: $(tail -n 5 "$CACHE/debootstrap.log")"
  printf 'deb http://deb.debian.org/debian%s main\n' ' bookworm' ' bookworm-updates' '-security bookworm-security' >"$BASE.part/etc/apt/sources.list"
  # as in the image: packages start no services
  printf '#!/bin/sh\nexit 101\n' >"$BASE.part/usr/sbin/policy-rc.d"
  chmod 755 "$BASE.part/usr/sbin/policy-rc.d"
  mv "$BASE.part" "$BASE"
}

# How this machine reaches the network is no business of a bare Debian's, but without it there is nothing to install from.
lend_network() { # ROOT
  local file
  cp /etc/resolv.conf /etc/hosts "$1/etc/"
  for file in /usr/local/share/ca-certificates/*.crt; do
    if [ -e "$file" ]; then install -D -m 0644 "$file" "$1$file"; fi
  done
}
