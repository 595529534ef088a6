# shellcheck shell=bash
# shows the log of a server that `start` started; options go to tail (-f, -n 100)

run_command() {
  [ -f "$DATA/sidecar.log" ] || die 2 "there is no $DATA/sidecar.log: under systemd type journalctl -u sidecar, under Docker docker logs"
  tail "$@" "$DATA/sidecar.log"
}
