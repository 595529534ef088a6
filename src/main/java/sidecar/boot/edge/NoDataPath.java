package sidecar.boot.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import sidecar.pool.Health;
import sidecar.pool.Standing;
import sidecar.pool.Standings;
import sidecar.pool.Status;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe;

/** Stands in for the data path until it is there: nothing ever cools, and nothing can be asked. */
@ApplicationScoped
public class NoDataPath {

    @Produces
    @Dependent
    Standings standings() {
        return new Standings() {
            @Override
            public Standing standing(Provider provider) {
                Status status = provider.endpoint().key().isEmpty() ? Status.ERROR : Status.HEALTHY;
                String reason = status == Status.ERROR ? "its stored key cannot be opened" : "";
                return new Standing(
                        provider.enabled() ? status : Status.DISABLED, Health.HEALTHY, reason, Optional.empty(), 0);
            }

            @Override
            public void clear(String providerId) {}
        };
    }

    @Produces
    @Dependent
    ProviderProbe probe() {
        ProviderProbe.Result none = new ProviderProbe.Result(false, 0, 0, "network", "not built yet");
        return new ProviderProbe() {
            @Override
            public CompletionStage<Result> chat(Provider provider) {
                return CompletableFuture.completedFuture(none);
            }

            @Override
            public CompletionStage<Listing> models(Provider provider) {
                return CompletableFuture.completedFuture(new Listing(none, List.of()));
            }
        };
    }
}
