package sidecar.reports.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import sidecar.failure.FailureClass;
import sidecar.ledger.Outcome;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;

/** What the request log may be asked for; it knows more, such as providers that are gone. */
@ApplicationScoped
class RequestLogFilters {

    @Inject
    private CatalogHolder catalog;

    /** Suggestions for a filter. */
    List<String> of(String filter) {
        return switch (filter) {
            case "model" -> List.copyOf(catalog.get().known());
            case "provider" -> catalog.get().all().stream().map(Provider::name).toList();
            case "outcome" ->
                Stream.of(
                                Stream.of(Outcome.OK.wire()),
                                Arrays.stream(FailureClass.values()).map(FailureClass::wire),
                                Outcome.suggested().stream().map(Outcome::wire))
                        .flatMap(words -> words)
                        .toList();
            default -> List.of();
        };
    }
}
