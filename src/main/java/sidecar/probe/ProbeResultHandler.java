package sidecar.probe;

import java.util.Optional;
import sidecar.provider.ModelMapping;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe.Result;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusService;

/** What a health probe's result means for a provider's standing. Thread-safe; never blocks. */
public final class ProbeResultHandler {

    private final ProviderStatusService statuses;

    public ProbeResultHandler(ProviderStatusService statuses) {
        this.statuses = statuses;
    }

    /**
     * A list was asked for. Any answer shows that the host can be reached, and no more: some upstreams list their models
     * to any key. So it ends nothing but the host's outage, and only a refusal of the key is taken seriously. That no
     * answer came is left for attempts to judge.
     */
    public void listed(Provider provider, Result result) {
        if (statuses.checking(provider) && namesNoModel(provider)) {
            // no chat can be made to find out; the next request will
            if (result.ok()) {
                statuses.credentialAccepted(provider);
            } else {
                statuses.chatCompleted(provider, "", false);
            }
        }
        if (result.status() == 0) {
            return;
        }
        statuses.answered(provider);
        boolean refused = (result.status() == 401 || result.status() == 403)
                && result.failureClass().equals("credential");
        if (refused && statuses.status(provider).status() != ProviderStatus.ERROR) {
            statuses.credentialRefused(provider, result.message() + " to a health probe", false);
        }
    }

    private static boolean namesNoModel(Provider provider) {
        return provider.mappings().values().stream()
                .allMatch(mapping -> mapping.nativeId().equals(ModelMapping.ANY));
    }

    /**
     * A chat has ended whose outcome the pool already has, as for every attempt.
     *
     * @param model that it was made with
     * @param result empty when there was no room to ask
     */
    public void chatCompleted(Provider provider, String model, Optional<Result> result) {
        result.ifPresent(any -> statuses.chatCompleted(provider, model, any.ok()));
        result.filter(Result::ok).ifPresent(good -> statuses.credentialAccepted(provider));
    }
}
