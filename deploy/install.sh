#!/usr/bin/env bash
# Installs this version for systemd, in /opt/sidecar, or upgrades what is installed there; run it as root in a checkout. It starts and
# stops nothing: what to type comes at the end. DESTDIR=/somewhere puts all files below that directory instead and makes no user.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

TARGET=${DESTDIR:-}/opt/sidecar

[ -n "${DESTDIR:-}" ] || [ "$(id -u)" -eq 0 ] || die 1 "this needs root: sudo deploy/install.sh"
if [ -z "${DESTDIR:-}" ] && command -v systemctl >/dev/null && systemctl -q is-active sidecar 2>/dev/null; then
  die 1 "Sidecar is running, and would lose its program under its feet; type: systemctl stop sidecar"
fi
build
need_tools java curl

# the programs are root's: the server can neither change itself nor read what only root may
install -d -m 0755 "$TARGET" "$TARGET/target"
rm -rf "$TARGET/deploy" "$TARGET/docs" "$TARGET/target/server" "$TARGET/target/sidecar"
cp -R deploy docs LICENSE "$TARGET"
chmod -R u=rwX,go=rX "$TARGET/deploy" "$TARGET/docs"
install -m 0644 "$WAR" "$SERVER" "$TARGET/target"
# what `deploy/sidecar restore` runs, beside the server
install -d -m 0755 "$TARGET/target/sidecar"
cp -R target/sidecar/WEB-INF "$TARGET/target/sidecar"
chmod -R u=rwX,go=rX "$TARGET/target/sidecar"
"$TARGET/deploy/archive.sh"

if [ -z "${DESTDIR:-}" ] && ! getent passwd sidecar >/dev/null; then
  useradd --system --user-group --no-create-home --home-dir /var/lib/sidecar --shell /usr/sbin/nologin sidecar
fi
install -d -m 0700 "${DESTDIR:-}/etc/sidecar"
install -D -m 0644 deploy/sidecar.service "${DESTDIR:-}/etc/systemd/system/sidecar.service"
say "installed in $TARGET; now type: systemctl daemon-reload && systemctl enable sidecar && systemctl restart sidecar"
