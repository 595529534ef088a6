package sidecar.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sidecar.pool.LeaseResult;
import sidecar.pool.SelectionCriteria;

/**
 * What the pool did not have in one round of serving. For who needs the same, with as many LLM tokens or more, it has nothing for the same
 * reason, without being asked: where tokens a minute are limited, nearly every waiter needs another number of them. Not thread-safe.
 */
final class UnavailableInRound {

    private final Map<SelectionCriteria, UnmetNeed> byNeed = new HashMap<>();

    private record UnmetNeed(int tokens, LeaseResult.Unavailable why) {}

    /** Why there is nothing for who needs that; empty where the pool is to be asked. */
    Optional<LeaseResult.Unavailable> of(SelectionCriteria criteria) {
        return Optional.ofNullable(byNeed.get(criteria.needing(0)))
                .filter(need -> need.tokens <= criteria.tokens())
                .map(UnmetNeed::why);
    }

    void add(SelectionCriteria criteria, LeaseResult.Unavailable why) {
        byNeed.merge(
                criteria.needing(0),
                new UnmetNeed(criteria.tokens(), why),
                (one, other) -> one.tokens <= other.tokens ? one : other);
    }
}
