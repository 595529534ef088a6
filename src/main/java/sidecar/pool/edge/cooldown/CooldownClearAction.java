package sidecar.pool.edge.cooldown;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import sidecar.console.edge.AdminOnly;
import sidecar.provider.ProviderStatusService;

/** Lets an operator end cooldowns from the console. */
@ApplicationScoped
class CooldownClearAction {

    @Inject
    private ProviderStatusService statuses;

    /** Ends a provider's cooldowns and forgets its errors, as {@code POST /backends/{id}/clear-cooldown} does. */
    @AdminOnly
    void clear(String providerId) {
        statuses.clear(providerId);
    }
}
