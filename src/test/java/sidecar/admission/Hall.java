package sidecar.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.limit.GrantLog;
import sidecar.limit.LimitRules;
import sidecar.limit.Quotas;
import sidecar.pool.Decision;
import sidecar.pool.Even;
import sidecar.pool.Lease;
import sidecar.pool.PoolRules;
import sidecar.pool.ProviderPool;
import sidecar.pool.SomeProvider;
import sidecar.pool.Wish;
import sidecar.provider.Api;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.time.FakeTime;

/** Where tests queue: a real pool and its windows, fake time, and visitors who note what they are told. */
final class Hall {

    static final Duration WINDOW = Duration.ofSeconds(61);
    static final Duration FOR_EVER = Duration.ofDays(1);

    final FakeTime time;
    final CatalogHolder catalog = new CatalogHolder();
    final Quotas quotas;
    final ProviderPool pool;
    final Admission admission;
    final List<Visitor> visitors = new ArrayList<>();

    AdmissionRules rules = new AdmissionRules(500, Duration.ofSeconds(240), Duration.ofSeconds(10));
    double emergency = 0;
    PoolRules.Strategy strategy = PoolRules.Strategy.ORDERED;
    Runnable whenRulesAreRead = () -> {};

    Hall(SomeProvider... providers) {
        this(new FakeTime(), providers);
    }

    Hall(FakeTime time, SomeProvider... providers) {
        this.time = time;
        quotas = new Quotas(time, time, () -> new LimitRules(WINDOW, Duration.ZERO), GrantLog.NONE);
        pool = new ProviderPool(catalog, this::poolRules, quotas, time, time, new Even());
        admission = new Admission(pool, this::rules, time, time);
        providers(providers);
    }

    private PoolRules poolRules() {
        return new PoolRules(strategy, Duration.ofSeconds(30), Duration.ofMinutes(10), true, emergency);
    }

    private AdmissionRules rules() {
        whenRulesAreRead.run();
        return rules;
    }

    /** From now on exactly these. */
    void providers(SomeProvider... providers) {
        List<Provider> built = new ArrayList<>();
        for (SomeProvider provider : providers) {
            built.add(provider.build());
        }
        catalog.publish(new ProviderCatalog(built));
        pool.room();
    }

    /** Waiting is bounded to that; a queue of 500. */
    Hall patience(Duration timeout) {
        rules = new AdmissionRules(500, timeout, Duration.ofSeconds(10));
        return this;
    }

    Provider provider(String name) {
        return catalog.get().byName(name).orElseThrow();
    }

    static Wish wish(String model) {
        return Wish.of(Optional.of(model), Set.of(Api.OPENAI_COMPLETIONS));
    }

    static Wish wish(String model, int tokens) {
        Wish wish = wish(model);
        return new Wish(
                wish.model(),
                wish.apis(),
                wish.tried(),
                wish.avoid(),
                wish.only(),
                wish.overflow(),
                tokens,
                wish.use());
    }

    /** Somebody who asks. */
    final class Visitor {
        final String name;
        final Visit visit;
        final List<Admitted> answers = new ArrayList<>();
        private Admission.Ticket ticket = () -> {};
        private Duration answeredAt = Duration.ZERO;

        private Visitor(String name, Duration deadline) {
            this.name = name;
            this.visit = new Visit(name, "client of " + name, time.nanos() + deadline.toNanos());
        }

        /** Asks, perhaps once more. */
        Visitor ask(Wish wish, Duration overflow) {
            ticket = admission.ask(new Call(visit, wish, Optional.empty(), overflow, this::told));
            return this;
        }

        Visitor ask(Wish wish) {
            return ask(wish, Duration.ZERO);
        }

        private void told(Admitted answer) {
            answers.add(answer);
            answeredAt = passed();
        }

        void leave() {
            ticket.cancel();
        }

        boolean waits() {
            return admission.waiting().stream().anyMatch(w -> w.request().equals(name));
        }

        boolean granted() {
            return last() instanceof Admitted.Granted;
        }

        Lease lease() {
            return ((Admitted.Granted) last()).lease();
        }

        Admitted.Reason refusal() {
            return ((Admitted.Refused) last()).reason();
        }

        Decision.Why why() {
            return ((Admitted.Refused) last()).cause().why();
        }

        /** When it was answered, since the beginning. */
        Duration answeredAt() {
            return answeredAt;
        }

        private Admitted last() {
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
