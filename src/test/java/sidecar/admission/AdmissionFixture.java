package sidecar.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.limit.GrantLog;
import sidecar.limit.LimitSettings;
import sidecar.limit.NodeShare;
import sidecar.limit.RateLimiter;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;
import sidecar.pool.MedianRandom;
import sidecar.pool.PoolSettings;
import sidecar.pool.ProviderPool;
import sidecar.pool.SelectionCriteria;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.FakeTime;

/** Where tests queue: a real pool and its windows, fake time, and visitors who note what they are told. */
final class AdmissionFixture {

    static final Duration WINDOW = Duration.ofSeconds(61);
    static final Duration FOR_EVER = Duration.ofDays(1);

    final FakeTime time;
    final CatalogHolder catalog = new CatalogHolder();
    final RateLimiter rateLimiter;
    final ProviderPool pool;
    final Admission admission;
    final List<Visitor> visitors = new ArrayList<>();

    AdmissionSettings settings = new AdmissionSettings(500, Duration.ofSeconds(240), Duration.ofSeconds(10));
    double emergency = 0;
    PoolSettings.SelectionStrategy strategy = PoolSettings.SelectionStrategy.ORDERED;
    Runnable whenRulesAreRead = () -> {};

    AdmissionFixture(SomeProvider... providers) {
        this(new FakeTime(), providers);
    }

    AdmissionFixture(FakeTime time, SomeProvider... providers) {
        this.time = time;
        rateLimiter = new RateLimiter(
                time, time, () -> new LimitSettings(WINDOW, Duration.ZERO), GrantLog.NONE, NodeShare.WHOLE);
        pool = new ProviderPool(catalog, this::poolSettings, rateLimiter, time, time, new MedianRandom());
        admission = new Admission(pool, this::settings, time, time);
        providers(providers);
    }

    private PoolSettings poolSettings() {
        return new PoolSettings(strategy, Duration.ofSeconds(30), Duration.ofMinutes(10), true, emergency);
    }

    private AdmissionSettings settings() {
        whenRulesAreRead.run();
        return settings;
    }

    /** From now on exactly these. */
    void providers(SomeProvider... providers) {
        List<Provider> built = new ArrayList<>();
        for (SomeProvider provider : providers) {
            built.add(provider.build());
        }
        catalog.publish(new ProviderCatalog(built));
        pool.capacityFreed();
    }

    /** Waiting is bounded to that; a queue of 500. */
    AdmissionFixture patience(Duration timeout) {
        settings = new AdmissionSettings(500, timeout, Duration.ofSeconds(10));
        return this;
    }

    Provider provider(String name) {
        return catalog.get().byName(name).orElseThrow();
    }

    static SelectionCriteria wish(String model) {
        return SelectionCriteria.of(Optional.of(model), Set.of(ApiProtocol.OPENAI_COMPLETIONS));
    }

    static SelectionCriteria wish(String model, int tokens) {
        return wish(model).needing(tokens);
    }

    /** Somebody who asks. */
    final class Visitor {
        final String name;
        final WaitHistory history;
        final List<AdmissionResult> answers = new ArrayList<>();
        private Admission.Ticket ticket = () -> {};
        private Duration answeredAt = Duration.ZERO;

        private Visitor(String name, Duration deadline) {
            this.name = name;
            this.history = new WaitHistory(name, "client of " + name, time.nanos() + deadline.toNanos());
        }

        /** Asks, perhaps once more. */
        Visitor ask(SelectionCriteria criteria, Duration overflow) {
            ticket = admission.ask(new AdmissionRequest(history, criteria, Optional.empty(), overflow, this::told));
            return this;
        }

        Visitor ask(SelectionCriteria criteria) {
            return ask(criteria, Duration.ZERO);
        }

        private void told(AdmissionResult result) {
            answers.add(result);
            answeredAt = passed();
        }

        void leave() {
            ticket.cancel();
        }

        boolean waits() {
            return admission.waiting().stream()
                    .anyMatch(waiter -> waiter.request().equals(name));
        }

        boolean granted() {
            return last() instanceof AdmissionResult.Admitted;
        }

        Lease lease() {
            return ((AdmissionResult.Admitted) last()).lease();
        }

        AdmissionResult.Reason refusal() {
            return ((AdmissionResult.Refused) last()).reason();
        }

        LeaseResult.UnavailableReason reason() {
            return ((AdmissionResult.Refused) last()).cause().reason();
        }

        /** When it was answered, since the beginning. */
        Duration answeredAt() {
            return answeredAt;
        }

        private AdmissionResult last() {
            if (answers.isEmpty()) {
                throw new AssertionError(name + " is not answered");
            }
            return answers.get(answers.size() - 1);
        }
    }

    Duration passed() {
        return Duration.between(FakeTime.BEGIN, time.instant());
    }

    Visitor visitor(String name) {
        return visitor(name, FOR_EVER);
    }

    Visitor visitor(String name, Duration deadline) {
        Visitor visitor = new Visitor(name, deadline);
        visitors.add(visitor);
        return visitor;
    }

    /** A newcomer asks for that model. */
    Visitor ask(String name, String model) {
        return visitor(name).ask(wish(model));
    }

    /** Takes places of that model's minute, which occupy it from now on. */
    void use(String model, int places) {
        for (int i = 0; i < places; i++) {
            Visitor user = ask("user", model);
            user.lease().close();
        }
    }

    void seconds(double seconds) {
        time.advance(Duration.ofNanos(Math.round(seconds * 1e9)));
    }
}
