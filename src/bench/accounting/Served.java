package sidecar.bench;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the upstream did for one exchange.
 *
 * @param tries in their order, at least one
 * @param status of the last answer
 * @param tokens that it reported; none when it answered an error
 */
record Served(List<Try> tries, int status, Tokens tokens, BigDecimal cost) {

    /** One wire request. */
    record Try(Place place, boolean failed) {}

    /** Its line in a log of requests; two of the same value are equal. */
    record Line(Place place, int attempts, int status, Tokens tokens, BigDecimal cost) {
        Line {
            cost = cost.stripTrailingZeros();
        }
    }

    /** The same, and one more. */
    Served then(Try next, int newStatus, Tokens newTokens, BigDecimal newCost) {
        List<Try> all = Stream.concat(tries.stream(), Stream.of(next)).collect(Collectors.toUnmodifiableList());
        return new Served(all, newStatus, newTokens, newCost);
    }

    /** Where it ended. */
    Place last() {
        return tries.get(tries.size() - 1).place();
    }

    Line line() {
        return new Line(last(), tries.size(), status, tokens, cost);
    }
}
