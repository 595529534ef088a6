package sidecar.provider;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Holds the current catalog. Publishing happens after a database commit, each part by its own writer; the other part
 * stays as it is. Reading is a volatile read from any thread.
 */
public final class CatalogHolder implements Supplier<ProviderCatalog> {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile ProviderCatalog current = ProviderCatalog.EMPTY;

    /** {@code listener} is called after each change, on the thread that made it; must not block. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public ProviderCatalog get() {
        return current;
    }

    /** Makes {@code next} what every later request sees; exchanges under way keep theirs. */
    public synchronized void publish(ProviderCatalog next) {
        current = next;
        listeners.forEach(Runnable::run);
    }

    /** Publishes all providers, in creation order. */
    public synchronized void publishProviders(List<Provider> providers) {
        publish(new ProviderCatalog(providers, current.stored()));
    }

    /** Publishes the stored settings of all models, by canonical name. */
    public synchronized void publishModels(Map<String, ModelSettings> rules) {
        publish(new ProviderCatalog(current.all(), rules));
    }
}
