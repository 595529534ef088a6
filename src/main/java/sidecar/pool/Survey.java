package sidecar.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.limit.Quota;

/** What a wish found: who can be had, and why the others cannot. Used by one thread. */
final class Survey {

    private final List<Chooser.Candidate> open = new ArrayList<>();
    private final List<Look> skipped = new ArrayList<>();

    void add(Chooser.Candidate candidate) {
        open.add(candidate);
    }

    void add(Look look) {
        skipped.add(look);
    }

    List<Chooser.Candidate> open() {
        return open;
    }

    List<Look> skipped() {
        return skipped;
    }

    /** @param quotas tells the limits of a look's quota group */
    Decision.Refused refusal(java.util.function.Function<Look, Quota> quotas) {
        Map<String, Decision.Hope> hopes = new LinkedHashMap<>();
        Duration pause = null;
        for (Look look : skipped) {
            if (look.hopeful()) {
                Quota quota = quotas.apply(look);
                hopes.merge(quota.group(), hope(look, quota), Survey::sooner);
            } else if (look.is(Skip.TRIED) && look.freeIn().isPresent()) {
                Duration in = look.freeIn().get();
                pause = pause == null || in.compareTo(pause) < 0 ? in : pause;
            }
        }
        return new Decision.Refused(why(), List.copyOf(hopes.values()), Optional.ofNullable(pause));
    }

    private static Decision.Hope hope(Look look, Quota quota) {
        boolean another = look.is(Skip.COOLING) || look.is(Skip.SPENT);
        Duration notBefore = another ? look.freeIn().orElse(Duration.ZERO) : Duration.ZERO;
        return new Decision.Hope(quota, notBefore, look.freeIn());
    }

    private static Decision.Hope sooner(Decision.Hope a, Decision.Hope b) {
        boolean bothTold = a.freeIn().isPresent() && b.freeIn().isPresent();
        Optional<Duration> freeIn =
                bothTold && a.freeIn().get().compareTo(b.freeIn().get()) > 0
                        ? b.freeIn()
                        : a.freeIn().or(b::freeIn);
        return new Decision.Hope(
                a.quota(), a.notBefore().compareTo(b.notBefore()) <= 0 ? a.notBefore() : b.notBefore(), freeIn);
    }

    private Decision.Why why() {
        if (has(Skip.FULL) || has(Skip.SPENT)) {
            return Decision.Why.FULL;
        }
        if (has(Skip.COOLING) || has(Skip.VERDICT)) {
            return Decision.Why.COOLING;
        }
        if (has(Skip.TRIED)) {
            return Decision.Why.TRIED;
        }
        if (has(Skip.MISSING)) {
            return Decision.Why.MISSING;
        }
        if (has(Skip.ERROR)) {
            return Decision.Why.IN_ERROR;
        }
        return has(Skip.PROTOCOL) ? Decision.Why.OTHER_PROTOCOL : Decision.Why.NO_PROVIDER;
    }

    private boolean has(Skip skip) {
        return skipped.stream().anyMatch(look -> look.is(skip));
    }
}
