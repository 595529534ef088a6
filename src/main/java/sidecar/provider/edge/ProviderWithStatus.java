package sidecar.provider.edge;

import java.util.Locale;
import java.util.stream.Stream;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusView;

/** A provider and how it stands at one moment: what tables are searched and sorted by. */
public record ProviderWithStatus(Provider provider, ProviderStatusView statusView) {

    /** What the table shows first: degraded or down where the status alone would say healthy. */
    public String state() {
        return statusView.status() == ProviderStatus.HEALTHY
                ? statusView.health().wire()
                : statusView.status().wire();
    }

    /** Whether a search for {@code text} should find it: by name, label, address, or a model under either of its names. */
    public boolean mentions(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return Stream.of(
                        Stream.of(
                                provider.name(),
                                provider.label(),
                                provider.endpoint().url().toString()),
                        provider.mappings().keySet().stream(),
                        provider.mappings().values().stream().map(ModelMapping::nativeId))
                .flatMap(names -> names)
                .anyMatch(name -> name.toLowerCase(Locale.ROOT).contains(wanted));
    }
}
