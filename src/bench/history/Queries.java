package sidecar.bench;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Every question that an operator asks of the history, as a path of the admin REST. */
final class Queries {

    private static final int HOUR_SECONDS = 3_600;
    private static final int DAY_SECONDS = 24 * HOUR_SECONDS;

    private Queries() {}

    /**
     * All of them.
     *
     * @param rows of the request log
     * @param end of the history
     */
    static List<String> all(HistoryFile.Known provider, long rows, Instant end) {
        return Stream.of(stats(provider), requests(provider, rows, end), List.of("/backends", "/pools"))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> stats(HistoryFile.Known provider) {
        return List.of(
                "/stats/total",
                "/stats/hourly",
                "/stats/hourly?hours=24&backend_id=" + provider.id(),
                "/stats/daily",
                "/stats/daily?days=365",
                "/stats/usage?by=provider&days=365",
                "/stats/usage?by=model&days=365",
                "/stats/usage?by=client&days=365",
                "/stats/usage?by=pool&days=365",
                "/stats/usage?by=day&days=365",
                "/stats/usage?by=day,provider&days=365",
                "/stats/usage?by=hour&hours=168",
                "/stats/cooldown");
    }

    private static List<String> requests(HistoryFile.Known provider, long rows, Instant end) {
        Instant middle = end.minusSeconds(180L * DAY_SECONDS);
        return Stream.of(
                        "",
                        "limit=1000",
                        "before=" + rows / 2,
                        "before=" + rows / 2 + "&limit=1000",
                        "model=model-17",
                        "provider=" + provider.name(),
                        "provider=" + provider.id(),
                        "client=agent-3",
                        "outcome=timeout",
                        "outcome=internal_error",
                        "from=" + end.minusSeconds(HOUR_SECONDS),
                        "from=" + end.plusSeconds(DAY_SECONDS),
                        "from=" + middle + "&to=" + middle.plusSeconds(7 * DAY_SECONDS),
                        "to=" + middle,
                        "to=" + end.minusSeconds(400L * DAY_SECONDS),
                        "model=model-17&client=agent-3&outcome=ok",
                        "provider=" + provider.name() + "&outcome=timeout",
                        "client=agent-3&outcome=internal_error",
                        "model=model-29&client=agent-4",
                        "model=no-such-model",
                        "client=agent-3&outcome=no_such_outcome",
                        "provider=no-such-provider",
                        "model=model-17&from=" + middle + "&to=" + middle.plusSeconds(DAY_SECONDS))
                .map(filter -> "/requests" + (filter.isEmpty() ? "" : "?" + filter))
                .toList();
    }
}
