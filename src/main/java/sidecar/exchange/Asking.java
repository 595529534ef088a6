package sidecar.exchange;

import java.util.Optional;
import sidecar.pool.Decision;
import sidecar.pool.Wish;
import sidecar.provider.Provider;

/** Whom an exchange asks next. Used in its mailbox. */
final class Asking {

    private final House house;
    private final ClientRequest request;
    private final Tries tries;
    private Optional<String> same = Optional.empty();

    Asking(House house, ClientRequest request, Tries tries) {
        this.house = house;
        this.request = request;
        this.tries = tries;
    }

    /** The next time, that provider is asked before any other, once. */
    void sameAgain(String providerId) {
        same = Optional.of(providerId);
    }

    Decision next() {
        Wish wish = wish();
        Optional<String> once = same;
        same = Optional.empty();
        if (once.isPresent()) {
            Decision again = house.pool().lease(new Wish(wish.model(), wish.apis(), wish.tried(), wish.avoid(), once));
            if (again instanceof Decision.Leased) {
                return again;
            }
        }
        return house.pool().lease(wish);
    }

    private Wish wish() {
        // a pinned name that nobody has is nobody's id, not everybody's
        Optional<String> only = request.pinned()
                .map(name -> provider(name).map(Provider::id).orElse(""))
                .or(this::issuer);
        return new Wish(request.head().model(), request.path().apis(), tries.tried(), tries.busyHosts(), only);
    }

    /** The provider that issued what the request names: only that one knows it. */
    private Optional<String> issuer() {
        return request.head()
                .previous()
                .flatMap(house.ids()::issuer)
                .or(() -> request.head().model().isEmpty()
                        ? house.ids().inPath(request.path().path())
                        : Optional.empty())
                .filter(id -> house.catalog().get().byId(id).isPresent());
    }

    /** Whether the request wants one provider that does not exist. */
    boolean pinnedToNobody() {
        return request.pinned().isPresent()
                && request.pinned().flatMap(this::provider).isEmpty();
    }

    private Optional<Provider> provider(String name) {
        return house.catalog().get().byName(name);
    }
}
