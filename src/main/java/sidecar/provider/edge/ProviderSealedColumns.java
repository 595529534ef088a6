package sidecar.provider.edge;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import sidecar.vault.SealedColumn;
import sidecar.vault.SealedColumnSource;

/** The secrets of providers. */
@ApplicationScoped
public class ProviderSealedColumns implements SealedColumnSource {

    @Override
    public List<SealedColumn> columns() {
        return List.of(
                new SealedColumn("provider", "id", "name", "api_key", id -> id),
                new SealedColumn("provider", "id", "name", "headers", ProviderEntityMapper::headersOf));
    }
}
