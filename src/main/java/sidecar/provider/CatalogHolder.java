package sidecar.provider;

import java.util.function.Supplier;

/** Holds the current catalog. Publishing happens after a database commit; reading is a volatile read from any thread. */
public final class CatalogHolder implements Supplier<ProviderCatalog> {

    private volatile ProviderCatalog current = ProviderCatalog.EMPTY;

    @Override
    public ProviderCatalog get() {
        return current;
    }

    /** Makes {@code next} what every later request sees; exchanges under way keep theirs. */
    public void publish(ProviderCatalog next) {
        current = next;
    }
}
