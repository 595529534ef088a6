package sidecar.v2.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.console.edge.AdminOnly;
import sidecar.json.ImportSummary;
import sidecar.provider.Provider;
import sidecar.provider.edge.HostCheck;
import sidecar.provider.edge.ProviderAdmin;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.v2.V2Providers;
import sidecar.v2.V2Secrets;

/** Takes over providers from Sidecar V2. Callable from any thread; blocks on the database and on DNS. */
@ApplicationScoped
class V2ImportService {

    @Inject
    private ProviderAdmin admin;

    @Inject
    private V2Secrets secrets;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    /** Empty, and nothing done, where none of the keys opens: then it is not they that are wrong. */
    @AdminOnly
    Optional<ImportSummary> take(List<ObjectNode> rows, boolean preview) {
        V2Providers reader = new V2Providers(admin.reader(), secrets::open);
        List<V2Providers.V2ProviderRow> read =
                rows.stream().map(row -> reader.read(row, clock.instant())).toList();
        boolean sealed = read.stream().anyMatch(V2Providers.V2ProviderRow::sealed);
        if (sealed && read.stream().noneMatch(V2Providers.V2ProviderRow::opened)) {
            return Optional.empty();
        }
        return Optional.of(takeOver(read, preview));
    }

    private ImportSummary takeOver(List<V2Providers.V2ProviderRow> rows, boolean preview) {
        HostCheck hosts = new HostCheck(settings.get(SettingsCatalog.ALLOW_PRIVATE_UPSTREAMS));
        Map<Boolean, List<V2Providers.V2ProviderRow>> sorted = rows.stream()
                .collect(Collectors.partitioningBy(row -> obstacles(row, hosts).isEmpty()));
        ImportSummary summary = new ImportSummary();
        sorted.get(false).forEach(row -> summary.leftOut(row.name(), obstacles(row, hosts)));
        List<Provider> wanted = sorted.get(true).stream()
                .map(row -> row.provider().orElseThrow())
                .toList();
        Map<String, Provider> stored =
                admin.adopt(wanted, preview).stream().collect(Collectors.toMap(Provider::id, Function.identity()));
        sorted.get(true).forEach(row -> tell(summary, row, Optional.ofNullable(stored.get(row.id()))));
        return summary;
    }

    private static List<String> obstacles(V2Providers.V2ProviderRow row, HostCheck hosts) {
        return row.provider().isEmpty()
                ? row.reasons()
                : hosts.of(row.provider().get().endpoint().url()).refusal().stream()
                        .map(why -> "api_base_url " + why)
                        .toList();
    }

    private static void tell(ImportSummary summary, V2Providers.V2ProviderRow row, Optional<Provider> stored) {
        if (stored.isEmpty()) {
            summary.known();
            return;
        }
        summary.imported();
        row.notes().forEach(note -> summary.note(row.name(), note));
        String name = stored.get().name();
        if (!name.equals(row.name())) {
            summary.note(row.name(), "the name is taken; it is called " + name + " now");
        }
    }
}
