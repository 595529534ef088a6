package sidecar.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sidecar.pool.LeaseResult;
import sidecar.pool.SelectionCriteria;

/**
 * What was refused in one round of serving. Who needs the same, with as many LLM tokens or more, is refused for the same reason, without
 * being looked for: where tokens a minute are limited, nearly every waiter needs another number of them. Not thread-safe.
 */
final class RoundRefusals {

    private final Map<SelectionCriteria, RefusedNeed> byNeed = new HashMap<>();

    private record RefusedNeed(int tokens, LeaseResult.Unavailable why) {}

    /** Why somebody who needs that is refused; empty where it is to be looked for. */
    Optional<LeaseResult.Unavailable> of(SelectionCriteria criteria) {
        return Optional.ofNullable(byNeed.get(criteria.needing(0)))
                .filter(refusal -> refusal.tokens <= criteria.tokens())
                .map(RefusedNeed::why);
    }

    void add(SelectionCriteria criteria, LeaseResult.Unavailable why) {
        byNeed.merge(
                criteria.needing(0),
                new RefusedNeed(criteria.tokens(), why),
                (one, other) -> one.tokens <= other.tokens ? one : other);
    }
}
