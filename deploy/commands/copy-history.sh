# shellcheck shell=bash
# copies usage and request log from the FILE of a stopped Sidecar (*.mv.db) into the PostgreSQL of SIDECAR_DB_URL

run_command() {
  local file name value
  [ "$#" -eq 1 ] || die 2 "usage: deploy/sidecar copy-history FILE"
  case $1 in /*) file=$1 ;; *) file=$CALLED_FROM/$1 ;; esac
  [ -r "$file" ] || die 2 "cannot read $file"
  for name in SIDECAR_DB_URL SIDECAR_DB_USER SIDECAR_DB_PASSWORD; do
    value=$(setting "$name" '')
    export "$name=$value"
  done
  run_class sidecar.boot.edge.OfflineCommands copy-history "$file"
}
