package sidecar.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.limit.QuotaLimits;

/** What a wish found: who can be had, and why the others cannot. Used by one thread. */
final class CandidateSet {

    private final List<CandidateRanking.Candidate> open = new ArrayList<>();
    private final List<CandidateStatus> skipped = new ArrayList<>();

    void add(CandidateRanking.Candidate candidate) {
        open.add(candidate);
    }

    void add(CandidateStatus look) {
        skipped.add(look);
    }

    List<CandidateRanking.Candidate> open() {
        return open;
    }

    List<CandidateStatus> skipped() {
        return skipped;
    }

    /** @param quotas tells the limits of a look's quota group */
    LeaseResult.Refused refusal(java.util.function.Function<CandidateStatus, QuotaLimits> quotas) {
        Map<String, LeaseResult.RecoveryOption> hopes = new LinkedHashMap<>();
        Duration pause = null;
        for (CandidateStatus look : skipped) {
            if (look.hopeful()) {
                QuotaLimits quota = quotas.apply(look);
                hopes.merge(quota.group(), hope(look, quota), CandidateSet::sooner);
            } else if (look.is(SkipReason.TRIED) && look.freeIn().isPresent()) {
                Duration in = look.freeIn().get();
                pause = pause == null || in.compareTo(pause) < 0 ? in : pause;
            }
        }
        return new LeaseResult.Refused(why(), List.copyOf(hopes.values()), Optional.ofNullable(pause));
    }

    private static LeaseResult.RecoveryOption hope(CandidateStatus look, QuotaLimits quota) {
        boolean another = look.is(SkipReason.COOLING) || look.is(SkipReason.SPENT);
        Duration notBefore = another ? look.freeIn().orElse(Duration.ZERO) : Duration.ZERO;
        return new LeaseResult.RecoveryOption(quota, notBefore, look.freeIn());
    }

    private static LeaseResult.RecoveryOption sooner(LeaseResult.RecoveryOption a, LeaseResult.RecoveryOption b) {
        boolean bothTold = a.freeIn().isPresent() && b.freeIn().isPresent();
        Optional<Duration> freeIn =
                bothTold && a.freeIn().get().compareTo(b.freeIn().get()) > 0
                        ? b.freeIn()
                        : a.freeIn().or(b::freeIn);
        return new LeaseResult.RecoveryOption(
                a.quota(), a.notBefore().compareTo(b.notBefore()) <= 0 ? a.notBefore() : b.notBefore(), freeIn);
    }

    private LeaseResult.RefusalReason why() {
        if (has(SkipReason.FULL) || has(SkipReason.SPENT)) {
            return LeaseResult.RefusalReason.FULL;
        }
        if (has(SkipReason.COOLING) || has(SkipReason.VERDICT)) {
            return LeaseResult.RefusalReason.COOLING;
        }
        if (has(SkipReason.TRIED)) {
            return LeaseResult.RefusalReason.TRIED;
        }
        if (has(SkipReason.MISSING)) {
            return LeaseResult.RefusalReason.MISSING;
        }
        if (has(SkipReason.ERROR)) {
            return LeaseResult.RefusalReason.IN_ERROR;
        }
        return has(SkipReason.PROTOCOL)
                ? LeaseResult.RefusalReason.OTHER_PROTOCOL
                : LeaseResult.RefusalReason.NO_PROVIDER;
    }

    private boolean has(SkipReason skip) {
        return skipped.stream().anyMatch(look -> look.is(skip));
    }
}
