package sidecar.exchange;

import java.util.Optional;
import java.util.function.Supplier;
import sidecar.affinity.IssuedIds;
import sidecar.affinity.SessionAffinity;
import sidecar.pool.Lease;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/**
 * Which provider a request wants: the one that its client pinned, the one that issued what it names, or rather than another the
 * one that served its conversation last. Used in its exchange's mailbox.
 */
final class ProviderPreference {

    private final ClientRequest request;
    private final Supplier<ProviderCatalog> catalog;
    private final IssuedIds ids;
    private final SessionAffinity affinity;
    private Optional<String> conversation = Optional.empty();

    ProviderPreference(
            ClientRequest request, Supplier<ProviderCatalog> catalog, IssuedIds ids, SessionAffinity affinity) {
        this.request = request;
        this.catalog = catalog;
        this.ids = ids;
        this.affinity = affinity;
    }

    /** From now on that model is asked for, by its canonical name, and who served the conversation is to be asked first. */
    void followConversation(String model) {
        conversation = SessionAffinity.key(request.client().name(), model, request.head(), request.body());
    }

    /**
     * The id of the only provider that may serve it; empty when any may. Where the client pins a name that nobody has, it is
     * nobody's id.
     */
    Optional<String> only() {
        return request.pinned()
                .map(name -> pinnedProvider(name).map(Provider::id).orElse(""))
                .or(this::issuer);
    }

    /** The id of the provider to be asked before others; empty when any is as good. */
    Optional<String> preferred() {
        return conversation.flatMap(affinity::provider);
    }

    /** It was served by that provider. */
    void servedBy(Lease lease) {
        conversation.ifPresent(key -> affinity.servedBy(key, lease.provider().id()));
    }

    /** Whether the client pins a provider that does not exist. */
    boolean pinMatchesNone() {
        return request.pinned().isPresent()
                && request.pinned().flatMap(this::pinnedProvider).isEmpty();
    }

    /** The provider that issued what the request names: only that one knows it. */
    private Optional<String> issuer() {
        return request.head()
                .previous()
                .flatMap(ids::issuer)
                .or(() -> request.head().model().isEmpty()
                        ? ids.inPath(request.path().path())
                        : Optional.empty())
                .filter(id -> catalog.get().byId(id).isPresent());
    }

    private Optional<Provider> pinnedProvider(String name) {
        return catalog.get().byName(name);
    }
}
