#!/usr/bin/env bash
# Runs everything CI runs. Arguments go to Maven, such as: deploy/test.sh -Dtest=WindowTest -DskipITs
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

# the pages are tested in a real browser, the import with a database of V2
need_tools java javac mvn chromium chromedriver sqlite3 jq curl
exec mvn -B verify "$@"
