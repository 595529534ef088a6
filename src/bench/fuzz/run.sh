#!/usr/bin/env bash
# Feeds what reads clients' requests and upstreams' answers with invented input, for some seconds (60) each. README.md says more.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."

for target in UsageFuzzTest#aStreamOfAnything UsageFuzzTest#aPlainAnswerOfAnything UsageFuzzTest#theEndOfALongAnswerOfAnything \
  DialectFuzzTest#aRequestOfChat DialectFuzzTest#aRequestOfMessages DialectFuzzTest#aRequestOfResponses \
  DialectFuzzTest#anAnswerOfChat DialectFuzzTest#anAnswerOfMessages; do
  # one at a time: Jazzer fuzzes only the first of a run. Little heap, of which Jazzer takes most: whoever hoards is found out
  JAZZER_FUZZ=1 mvn -B test -Dtest="$target" -Dsurefire.failIfNoSpecifiedTests=true \
    -DargLine=-Xmx640m -Djunit.jupiter.execution.timeout.mode=disabled -Djazzer.hooks=true \
    -Djazzer.max_duration="${1:-60}s"
done
