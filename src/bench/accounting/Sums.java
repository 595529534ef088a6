package sidecar.bench;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What books add up. Two of the same value are equal.
 *
 * @param requests exchanges with an attempt
 * @param attempts wire requests
 * @param errors attempts that failed by the provider's fault
 */
record Sums(long requests, long attempts, long errors, Tokens tokens, BigDecimal cost) {

    static final Sums NOTHING = new Sums(0, 0, 0, Tokens.NONE, BigDecimal.ZERO);

    Sums {
        cost = cost.stripTrailingZeros();
    }

    Sums plus(Sums more) {
        return new Sums(
                requests + more.requests,
                attempts + more.attempts,
                errors + more.errors,
                tokens.plus(more.tokens),
                cost.add(more.cost));
    }

    /** Without the kinds of LLM tokens that not every report tells. */
    Sums withoutParts() {
        return new Sums(requests, attempts, errors, tokens.withoutParts(), cost);
    }

    /** Those of all these together. */
    static Sums of(Collection<Sums> parts) {
        return parts.stream().reduce(NOTHING, Sums::plus);
    }

    /** Those of exchanges, by something of the place where each attempt was made. */
    static Map<String, Sums> by(Function<Place, String> key, Collection<Served> exchanges) {
        Map<String, Sums> sums = new TreeMap<>();
        for (Served served : exchanges) {
            for (Served.Try one : served.tries()) {
                Sums attempt = new Sums(0, 1, one.failed() ? 1 : 0, Tokens.NONE, BigDecimal.ZERO);
                sums.merge(key.apply(one.place()), attempt, Sums::plus);
            }
            Sums request = new Sums(1, 0, 0, served.tokens(), served.cost());
            sums.merge(key.apply(served.last()), request, Sums::plus);
        }
        return sums;
    }

    @Override
    public String toString() {
        return requests + " requests · " + attempts + " attempts · " + errors + " errors · " + tokens + " · cost "
                + cost.toPlainString();
    }
}
