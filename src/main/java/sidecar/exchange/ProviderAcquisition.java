package sidecar.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sidecar.admission.Admission;
import sidecar.admission.AdmissionRequest;
import sidecar.admission.AdmissionResult;
import sidecar.admission.WaitHistory;
import sidecar.failure.FailureClass;
import sidecar.pool.LeaseResult;
import sidecar.pool.ProviderPool;
import sidecar.pool.SelectionCriteria;
import sidecar.provider.ApiProtocol;
import sidecar.provider.PathUse;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;

/** For which model, and whom, an exchange asks next. Used in its mailbox. */
final class ProviderAcquisition {

    private final ClientRequest request;
    private final RetryState retries;
    private final ProviderPreference preference;
    private final Supplier<ProviderCatalog> catalog;
    private final ProviderPool pool;
    private final Admission admission;
    private final ExchangeSettings settings;
    private final WaitHistory history;
    private final Deque<String> otherModels = new ArrayDeque<>();
    private final Optional<String> firstModel;
    private Optional<String> model;
    private Optional<String> same = Optional.empty();
    private Admission.@Nullable Ticket ticket;

    /** @param deadlineNanos of the ticker, when it waits no longer */
    ProviderAcquisition(
            ClientRequest request,
            RetryState retries,
            ProviderPreference preference,
            Supplier<ProviderCatalog> catalog,
            ProviderPool pool,
            Admission admission,
            ExchangeSettings settings,
            long deadlineNanos) {
        this.request = request;
        this.retries = retries;
        this.preference = preference;
        this.catalog = catalog;
        this.pool = pool;
        this.admission = admission;
        this.settings = settings;
        this.history = new WaitHistory(request.id(), request.client().name(), deadlineNanos);
        ProviderCatalog now = catalog.get();
        this.firstModel = request.head().model().map(now::resolve);
        this.model = firstModel;
        this.model.ifPresent(name -> now.fallbackModels(name).stream()
                .filter(other -> request.client().permissions().mayUse(other, now::resolve))
                .forEach(otherModels::add));
        followConversation();
    }

    private void followConversation() {
        if (settings.affinity()) {
            model.ifPresent(preference::followConversation);
        }
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
        followConversation();
        retries.newModel();
        return true;
    }

    /** Whether another attempt may be made after one that failed so; the next model is taken where the same one may not be asked for again. */
    boolean goesOn(FailureClass failed) {
        boolean bound = request.pinned().isPresent() && !failed.free();
        return !bound && (retries.mayRetrySameModel() || (retries.mayRetryAnyModel() && nextModel()));
    }

    /** Asks. {@code then} is told, on any thread and perhaps before this returns. */
    void ask(Consumer<AdmissionResult> then) {
        SelectionCriteria criteria = criteria();
        Optional<String> once = same;
        same = Optional.empty();
        if (once.isPresent() && pool.lease(criteria.only(once.get())) instanceof LeaseResult.Leased again) {
            then.accept(new AdmissionResult.Admitted(again.lease()));
            return;
        }
        ticket = admission.ask(new AdmissionRequest(history, criteria, preference.preferred(), overflow(), then));
    }

    /** Waits no longer. */
    void stopWaiting() {
        if (ticket != null) {
            ticket.cancel();
        }
    }

    private Duration overflow() {
        return model.flatMap(name -> catalog.get().rules(name).overflowWait()).orElse(settings.overflowWait());
    }

    private SelectionCriteria criteria() {
        return new SelectionCriteria(
                model,
                request.path().apis(),
                translations(),
                retries.tried(),
                retries.busyHosts(),
                preference.only(),
                true,
                tokens(catalog.get()),
                request.path().use());
    }

    /** By which protocols it can be served in translation only. */
    private Map<ApiProtocol, PathUse> translations() {
        boolean possible = request.method().equals("POST")
                && model.map(name -> catalog.get().rules(name).translation())
                                .orElse(TranslationMode.DEFAULT)
                                .or(settings.translation())
                        == TranslationMode.ON
                && !(request.head().previous().isPresent() && isServedAsItIs());
        return possible ? request.path().translatedUses() : Map.of();
    }

    /** Whether some provider of the model speaks the path's protocol: what it keeps of earlier answers no other one knows. */
    private boolean isServedAsItIs() {
        return model.map(catalog.get()::serving).orElse(List.of()).stream()
                .anyMatch(provider ->
                        request.path().apis().contains(provider.endpoint().api()));
    }

    /** What it may cost at the most, as far as can be told; nothing where no provider counts LLM tokens. */
    private int tokens(ProviderCatalog catalog) {
        boolean counted = model.map(catalog::serving).orElse(List.of()).stream()
                .anyMatch(p -> p.limits().tpm().isPresent());
        return counted
                ? (int) Math.min(
                        Integer.MAX_VALUE, new UsageCeiling(request, settings, catalog).tokens(model.orElse("")))
                : 0;
    }
}
