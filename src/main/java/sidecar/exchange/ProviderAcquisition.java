package sidecar.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sidecar.admission.Admission;
import sidecar.admission.AdmissionRequest;
import sidecar.admission.AdmissionResult;
import sidecar.admission.WaitHistory;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;
import sidecar.pool.SelectionCriteria;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** For which model, and whom, an exchange asks next. Used in its mailbox. */
final class ProviderAcquisition {

    private final ExchangeServices services;
    private final ClientRequest request;
    private final RetryState retries;
    private final ExchangeSettings settings;
    private final WaitHistory history;
    private final Deque<String> otherModels = new ArrayDeque<>();
    private final Optional<String> firstModel;
    private Optional<String> model;
    private Optional<String> conversation;
    private Optional<String> same = Optional.empty();
    private Admission.@Nullable Ticket ticket;

    ProviderAcquisition(ExchangeServices services, ClientRequest request, RetryState retries) {
        this.services = services;
        this.request = request;
        this.retries = retries;
        this.settings = services.settings().get();
        this.history = new WaitHistory(
                request.id(),
                request.client().name(),
                services.ticker().nanos() + request.deadline().toNanos());
        ProviderCatalog catalog = services.catalog().get();
        this.firstModel = request.head().model().map(catalog::resolve);
        this.model = firstModel;
        this.model.ifPresent(name -> catalog.fallbackModels(name).stream()
                .filter(other -> request.client().permissions().mayUse(other, catalog::resolve))
                .forEach(otherModels::add));
        this.conversation = conversation();
    }

    /** The canonical model that is asked for now; empty for a path without one. */
    Optional<String> model() {
        return model;
    }

    /** The canonical model that the client asked for; empty for a path without one. */
    Optional<String> firstModel() {
        return firstModel;
    }

    /** The canonical models that may serve it from here on, the one asked for now first. */
    List<String> models() {
        return Stream.concat(model.stream(), otherModels.stream()).toList();
    }

    /** How long it has waited for its turns. */
    Duration waited() {
        return history.waited();
    }

    /** The next time, that provider is asked before any other, once. */
    void sameAgain(String providerId) {
        same = Optional.of(providerId);
    }

    /** Goes on to the next model that may take the place of the one asked for. */
    boolean nextModel() {
        if (otherModels.isEmpty()) {
            return false;
        }
        model = Optional.of(otherModels.removeFirst());
        conversation = conversation();
        retries.newModel();
        return true;
    }

    /** Asks. {@code then} is told, on any thread and perhaps before this returns. */
    void ask(Consumer<AdmissionResult> then) {
        SelectionCriteria criteria = criteria();
        Optional<String> once = same;
        same = Optional.empty();
        if (once.isPresent() && services.pool().lease(criteria.only(once.get())) instanceof LeaseResult.Leased again) {
            then.accept(new AdmissionResult.Granted(again.lease()));
            return;
        }
        Optional<String> preferred = conversation.flatMap(services.affinity()::provider);
        ticket = services.admission().ask(new AdmissionRequest(history, criteria, preferred, overflow(), then));
    }

    /** Waits no longer. */
    void stopWaiting() {
        if (ticket != null) {
            ticket.cancel();
        }
    }

    /** It was served by that provider. */
    void servedBy(Lease lease) {
        conversation.ifPresent(
                key -> services.affinity().servedBy(key, lease.provider().id()));
    }

    private Optional<String> conversation() {
        return settings.affinity() ? model.flatMap(name -> SessionAffinity.key(request, name)) : Optional.empty();
    }

    private Duration overflow() {
        return model.flatMap(name -> services.catalog().get().rules(name).overflowWait())
                .orElse(settings.overflowWait());
    }

    private SelectionCriteria criteria() {
        // a pinned name that nobody has is nobody's id, not everybody's
        Optional<String> only = request.pinned()
                .map(name -> provider(name).map(Provider::id).orElse(""))
                .or(this::issuer);
        return new SelectionCriteria(
                model,
                request.path().apis(),
                retries.tried(),
                retries.busyHosts(),
                only,
                true,
                tokens(services.catalog().get()),
                request.path().use());
    }

    /** What it may cost at the most, as far as can be told; nothing where no provider counts LLM tokens. */
    private int tokens(ProviderCatalog catalog) {
        boolean counted = model.map(catalog::serving).orElse(List.of()).stream()
                .anyMatch(p -> p.limits().tpm().isPresent());
        return counted
                ? (int) Math.min(
                        Integer.MAX_VALUE, new UsageEstimator(request, settings, catalog).tokens(model.orElse("")))
                : 0;
    }

    /** The provider that issued what the request names: only that one knows it. */
    private Optional<String> issuer() {
        return request.head()
                .previous()
                .flatMap(services.ids()::issuer)
                .or(() -> model.isEmpty() ? services.ids().inPath(request.path().path()) : Optional.empty())
                .filter(id -> services.catalog().get().byId(id).isPresent());
    }

    /** Whether the request wants one provider that does not exist. */
    boolean pinMatchesNone() {
        return request.pinned().isPresent()
                && request.pinned().flatMap(this::provider).isEmpty();
    }

    private Optional<Provider> provider(String name) {
        return services.catalog().get().byName(name);
    }
}
