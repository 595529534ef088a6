#!/usr/bin/env bash
# The laws of translation over many random streams (20000), each read by the vendors' libraries too, and requests; five to ten minutes.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
mvn -B test -Dtest='ChatToMessagesLawsTest,MessagesToChatLawsTest,ResponsesAnswerPropertiesTest,RoundTripTest' -Dsurefire.failIfNoSpecifiedTests=true \
  -DargLine="-Xmx1g -Ddialect.scripts=${1:-20000} -Djunit.jupiter.execution.timeout.mode=disabled"
