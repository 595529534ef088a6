package sidecar.pool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import sidecar.time.Ticker;

/**
 * Chats of our own that find out what is true: at once where a failure may be about one client's request alone, and after 5,
 * 15 and 60 minutes, then hourly, where a credential was refused: accounts are mended, and nobody tells us. Thread-safe;
 * never blocks.
 */
public final class VerificationProbes {

    private static final List<Duration> PAUSES =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofMinutes(60));

    /** A check that found no room in the window, or was lost, is made again after so long. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** What one check has found is not doubted for so long, however often the same request fails. */
    private static final Duration SETTLED = Duration.ofMinutes(5);

    /** More doubts than can be looked into: what comes then is not. */
    private static final int MAX = 10_000;

    private static final int MANY_SETTLED = 1_000;

    private final Ticker ticker;
    private final Map<CheckSubject, Check> checks = new ConcurrentHashMap<>();

    /**
     * One that is to be made.
     *
     * @param model that it is made with; empty for any that is mapped by name
     */
    public record Due(String providerId, String model) {}

    /**
     * What is in question.
     *
     * @param credential whether it is the credential that was refused; else whether failures on the model are one request's
     */
    private record CheckSubject(String providerId, String model, boolean credential) {

        static CheckSubject credential(String providerId) {
            return new CheckSubject(providerId, "", true);
        }

        static CheckSubject doubt(String providerId, String model) {
            return new CheckSubject(providerId, model, false);
        }
    }

    private enum CheckState {
        /** To be made. */
        WAITING,
        /** Being made. */
        OUT,
        /** Made, and answered well; of a doubt only. */
        SETTLED,
        /** Made without an answer that tells anything; of a doubt only. */
        UNKNOWN;

        boolean over() {
            return this == SETTLED || this == UNKNOWN;
        }
    }

    /**
     * @param model that it is made with
     * @param made how many of a credential's were made without success
     * @param nanos when it is to be made, or made again; of one that is over, until when no other is made
     */
    private record Check(CheckState state, String model, int made, long nanos) {}

    public VerificationProbes(Ticker ticker) {
        this.ticker = ticker;
    }

    /** A failure may be about the request: asks at once whether others meet it too. */
    public void requestCheck(String providerId, String model) {
        if (checks.containsKey(CheckSubject.credential(providerId)) || checks.size() >= MAX) {
            return;
        }
        long now = ticker.nanos();
        checks.compute(
                CheckSubject.doubt(providerId, model),
                (place, before) -> before == null || (before.state().over() && now - before.nanos() >= 0)
                        ? new Check(CheckState.WAITING, model, 0, now)
                        : before);
    }

    /** Whether a chat has just been answered that such a failure would have met too. */
    boolean isContradicted(String providerId, String model) {
        Check check = checks.get(CheckSubject.doubt(providerId, model));
        return check != null && check.state() == CheckState.SETTLED && ticker.nanos() - check.nanos() < 0;
    }

    /**
     * A chat of ours with that model has ended.
     *
     * @param answered whether it was answered well, so that no doubt about it is left; else nothing more is known than before
     */
    void chatCompleted(String providerId, String model, boolean answered) {
        long now = ticker.nanos();
        CheckState state = answered ? CheckState.SETTLED : CheckState.UNKNOWN;
        for (String asked : model.isEmpty() ? List.of("") : List.of(model, "")) {
            checks.computeIfPresent(
                    CheckSubject.doubt(providerId, asked),
                    (place, before) -> new Check(state, before.model(), 0, now + SETTLED.toNanos()));
        }
        // an answer that was neither yes nor no is no reason to ask every minute
        checks.computeIfPresent(
                CheckSubject.credential(providerId),
                (place, before) -> before.state() == CheckState.OUT ? next(before, before.model()) : before);
        if (checks.size() > MANY_SETTLED) {
            checks.values().removeIf(check -> check.state().over() && now - check.nanos() >= 0);
        }
    }

    /**
     * Its credential is not accepted: by a chat of ours, or by whatever was under way meanwhile.
     *
     * @param model that was asked for; empty if none was
     */
    public void failed(String providerId, String model) {
        checks.compute(CheckSubject.credential(providerId), (place, before) -> {
            if (before == null) {
                return new Check(
                        CheckState.WAITING,
                        model,
                        0,
                        ticker.nanos() + PAUSES.get(0).toNanos());
            }
            String with = model.isEmpty() ? before.model() : model;
            return before.state() == CheckState.OUT
                    ? next(before, with)
                    : new Check(before.state(), with, before.made(), before.nanos());
        });
    }

    private Check next(Check made, String model) {
        int times = made.made() + 1;
        Duration pause = PAUSES.get(Math.min(times, PAUSES.size() - 1));
        return new Check(CheckState.WAITING, model, times, ticker.nanos() + pause.toNanos());
    }

    /** Its credential is accepted. */
    void accepted(String providerId) {
        checks.remove(CheckSubject.credential(providerId));
    }

    /** It has been changed. */
    void forget(String providerId) {
        checks.keySet().removeIf(place -> place.providerId().equals(providerId));
    }

    /** Only these are there still. */
    void retain(Set<String> providerIds) {
        checks.keySet().removeIf(place -> !providerIds.contains(place.providerId()));
    }

    /** One that is due; it is not told again before it had the time to be made. */
    public Optional<Due> next() {
        long now = ticker.nanos();
        return checks.entrySet().stream()
                .filter(entry -> !entry.getValue().state().over()
                        && now - entry.getValue().nanos() >= 0)
                .filter(entry -> checks.replace(entry.getKey(), entry.getValue(), out(entry.getValue(), now)))
                .findFirst()
                .map(entry ->
                        new Due(entry.getKey().providerId(), entry.getValue().model()));
    }

    /** Whether a check of its credential is being made. */
    boolean checking(String providerId) {
        Check check = checks.get(CheckSubject.credential(providerId));
        return check != null && check.state() == CheckState.OUT;
    }

    private static Check out(Check check, long now) {
        return new Check(CheckState.OUT, check.model(), check.made(), now + AGAIN.toNanos());
    }
}
