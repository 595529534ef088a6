#!/usr/bin/env bash
# Takes the pictures in docs/images, and every page in both themes, languages and sizes in target/screens.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
# shellcheck source=deploy/lib.sh
. deploy/lib.sh

need_tools java javac mvn chromium chromedriver
[ -n "$(fc-list :lang=zh)" ] || need_tools fonts-noto-cjk
build
mvn -B test -Dtest=Screens -Dsurefire.failIfNoSpecifiedTests=true "$@" | grep -E 'Tests run|ERROR'
