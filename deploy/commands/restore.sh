# shellcheck shell=bash
# puts a backup in the database's place, while the server is stopped; without FILE it lists what there is

run_command() {
  local file=${1:-} backups
  backups=$(setting SIDECAR_BACKUP_DIR backups)
  case $backups in /*) ;; *) backups=$DATA/$backups ;; esac
  if [ "$#" -ne 1 ]; then
    say "usage: deploy/sidecar restore FILE" >&2
    list_backups "$backups" >&2
    return 2
  fi
  # as typed, else by its name alone
  case $file in /*) ;; *) file=$CALLED_FROM/$file ;; esac
  [ -f "$file" ] || file=$backups/${1##*/}
  [ -f "$file" ] || die 2 "there is no file $1, and none of that name in $backups"
  (umask 077 && mkdir -p "$DATA")
  exec 9>"$DATA/sidecar.lock"
  flock -n 9 || die 2 "Sidecar is running on $DATA: stop it first (deploy/sidecar stop)"
  local name value
  for name in SIDECAR_ENCRYPTION_KEY SIDECAR_ENCRYPTION_KEY_PREVIOUS SIDECAR_DB_PATH SIDECAR_DB_URL; do
    value=$(setting "$name" '')
    export "$name=$value"
  done
  export SIDECAR_DATA_DIR=$DATA
  umask 077
  run_class sidecar.boot.edge.OfflineCommands restore "$file"
}

list_backups() { # DIRECTORY
  local files=("$1"/sidecar-????????-??????.zip)
  if [ -e "${files[0]}" ]; then
    say "backups in $1 (times are UTC):"
    (cd "$1" && du -h --apparent-size sidecar-????????-??????.zip)
  else
    say "there are none in $1"
  fi
}
