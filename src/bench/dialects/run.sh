#!/usr/bin/env bash
# What a translated exchange costs beside the same one as it is: CPU for each event of a stream, and for requests. Prints three lines.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
mvn -B test -Dtest=DialectsBench -Dsurefire.failIfNoSpecifiedTests=true "$@" | grep -E '^dialects: |ERROR'
