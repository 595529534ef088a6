# shellcheck shell=bash
# makes a backup now, after one that is under way, and checks it by reading it; the server goes on serving

run_command() {
  local answer name
  while [[ $(api GET /backups) == *'"running":{'* ]]; do sleep 1; done
  answer=$(api POST /backups -d '')
  name=$(sed -n 's/.*"name":"\([^"]*\)".*/\1/p' <<<"$answer")
  say "backed up and read: $(backup_directory)/$name"
  say "$answer"
  say "The encryption key is not in it: keep a copy of sidecar.env too, in another place than the backups."
}

# Where the server keeps them; only it knows what the settings table says.
backup_directory() {
  api GET /backups | sed -n 's/.*"directory":"\([^"]*\)".*/\1/p'
}
