package sidecar.reports.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import sidecar.failure.FailureClass;
import sidecar.ledger.LedgerEntry;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;

/** What the request log may be asked for; it knows more, such as providers that are gone. */
@ApplicationScoped
class RequestLogFilters {

    /** How exchanges end without an attempt to blame. */
    private static final List<String> ENDINGS = List.of(
            "client_gone",
            "truncated",
            "queue_full",
            "queue_timeout",
            "all_cooling",
            "no_provider",
            "model_not_found",
            "deadline_exceeded",
            "rate_limit_exceeded",
            "insufficient_quota",
            "draining",
            "shutdown",
            "internal_error");

    @Inject
    private CatalogHolder catalog;

    /** Suggestions for a filter. */
    List<String> of(String filter) {
        return switch (filter) {
            case "model" -> List.copyOf(catalog.get().known());
            case "provider" -> catalog.get().all().stream().map(Provider::name).toList();
            case "outcome" ->
                Stream.of(
                                Stream.of(LedgerEntry.OK),
                                Arrays.stream(FailureClass.values()).map(FailureClass::wire),
                                ENDINGS.stream())
                        .flatMap(words -> words)
                        .toList();
            default -> List.of();
        };
    }
}
