package sidecar.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.limit.QuotaLimits;
import sidecar.pool.CandidateStatus.SkipReason;

/** The providers that can be leased by some criteria, and why the others cannot. Used by one thread. */
final class CandidateSet {

    private final List<CandidateRanking.Candidate> open = new ArrayList<>();
    private final List<CandidateStatus> skipped = new ArrayList<>();

    void add(CandidateRanking.Candidate candidate) {
        open.add(candidate);
    }

    void add(CandidateStatus status) {
        skipped.add(status);
    }

    List<CandidateRanking.Candidate> open() {
        return open;
    }

    List<CandidateStatus> skipped() {
        return skipped;
    }

    /** @param quotas tells the limits of a look's quota group */
    LeaseResult.Unavailable unavailable(java.util.function.Function<CandidateStatus, QuotaLimits> quotas) {
        Map<String, LeaseResult.RecoveryOption> hopes = new LinkedHashMap<>();
        Duration pause = null;
        for (CandidateStatus status : skipped) {
            if (status.isRecoverable()) {
                QuotaLimits limits = quotas.apply(status);
                hopes.merge(limits.group(), recovery(status, limits), CandidateSet::earlier);
            } else if (status.is(SkipReason.TRIED) && status.freeIn().isPresent()) {
                Duration in = status.freeIn().get();
                pause = pause == null || in.compareTo(pause) < 0 ? in : pause;
            }
        }
        return new LeaseResult.Unavailable(reason(), List.copyOf(hopes.values()), Optional.ofNullable(pause));
    }

    private static LeaseResult.RecoveryOption recovery(CandidateStatus status, QuotaLimits limits) {
        boolean another = status.is(SkipReason.COOLING) || status.is(SkipReason.SPENT);
        Duration notBefore = another ? status.freeIn().orElse(Duration.ZERO) : Duration.ZERO;
        return new LeaseResult.RecoveryOption(limits, notBefore, status.freeIn());
    }

    private static LeaseResult.RecoveryOption earlier(LeaseResult.RecoveryOption a, LeaseResult.RecoveryOption b) {
        boolean bothTold = a.freeIn().isPresent() && b.freeIn().isPresent();
        Optional<Duration> freeIn =
                bothTold && a.freeIn().get().compareTo(b.freeIn().get()) > 0
                        ? b.freeIn()
                        : a.freeIn().or(b::freeIn);
        return new LeaseResult.RecoveryOption(
                a.limits(), a.notBefore().compareTo(b.notBefore()) <= 0 ? a.notBefore() : b.notBefore(), freeIn);
    }

    private LeaseResult.UnavailableReason reason() {
        if (has(SkipReason.FULL) || has(SkipReason.SPENT)) {
            return LeaseResult.UnavailableReason.FULL;
        }
        if (has(SkipReason.COOLING) || has(SkipReason.VERDICT)) {
            return LeaseResult.UnavailableReason.COOLING;
        }
        if (has(SkipReason.TRIED)) {
            return LeaseResult.UnavailableReason.TRIED;
        }
        if (has(SkipReason.MISSING)) {
            return LeaseResult.UnavailableReason.MISSING;
        }
        if (has(SkipReason.ERROR)) {
            return LeaseResult.UnavailableReason.IN_ERROR;
        }
        return has(SkipReason.PROTOCOL)
                ? LeaseResult.UnavailableReason.OTHER_PROTOCOL
                : LeaseResult.UnavailableReason.NO_PROVIDER;
    }

    private boolean has(SkipReason skip) {
        return skipped.stream().anyMatch(status -> status.is(skip));
    }
}
