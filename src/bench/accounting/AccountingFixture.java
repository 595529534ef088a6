package sidecar.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import sidecar.kit.Json;

/** An upstream that keeps books, a gateway with five providers on it, and what became of the questions asked there. */
final class AccountingFixture implements AutoCloseable {

    private static final int WORDS = 3;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final long LOOK_MILLIS = 100;
    private static final long QUIET_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long SETTLED_NANOS = Duration.ofMinutes(10).toNanos();
    private static final int SHOWN = 3;

    private final ScriptedUpstream upstream;
    private final Gateway gateway;
    private final Target target;
    private final Answers answers = new Answers();

    private AccountingFixture(ScriptedUpstream upstream, Gateway gateway, Target target) {
        this.upstream = upstream;
        this.gateway = gateway;
        this.target = target;
    }

    /** Prices with many decimals, and never the same: what is reckoned with the wrong one does not go unseen. */
    private static List<Provider> providers() {
        Price alpha = Price.of("0.00000027", "0.0000011", "0.00000007");
        Price beta = Price.of("0.000000333333333333", "0.00000199", "0");
        return List.of(
                provider("p1", "primary", Map.of("alpha", alpha)),
                provider("p2", "primary", Map.of("alpha", Price.of("0.0000003", "0.0000012", "0"), "beta", beta)),
                provider("p3", "primary", Map.of("beta", Price.of("0.000000111", "0.000000777", "0.000000001"))),
                provider(
                        "f1", "fallback", Map.of("alpha", Price.of("0.000003", "0.000015", "0.0000003"), "beta", beta)),
                provider("f2", "fallback", Map.of("beta", Price.of("0.00000125", "0.00001", "0.000000125"))));
    }

    private static Provider provider(String name, String pool, Map<String, Price> prices) {
        return new Provider(name, pool, Secrets.fresh("nvapi-"), prices);
    }

    /** Sets it up. The gateway is ready when this returns; {@code settings} are environment variables of it. */
    static AccountingFixture open(Options options, String name, Map<String, String> settings) {
        String clientToken = Secrets.fresh("client-");
        Map<String, String> all = new HashMap<>(settings);
        all.put("SIDECAR_HEALTH_PROBE_MODE", "off");
        return around(
                OwnGateway.in(options.work().resolve(name), Secrets.fresh("admin-"), clientToken, all), clientToken);
    }

    /** Sets it up around a gateway that runs, does not probe and has no provider. */
    static AccountingFixture around(Gateway gateway, String clientToken) {
        List<Provider> providers = providers();
        Map<String, MockModel> models = Set.of("alpha", "beta").stream()
                .collect(Collectors.toMap(
                        Function.identity(), model -> new MockModel(Provider.nativeId(model), 0, WORDS, 0)));
        ScriptedUpstream upstream = new ScriptedUpstream(providers, List.copyOf(models.values()));
        String base = "http://127.0.0.1:" + upstream.port() + "/v1";
        for (Provider provider : providers) {
            String pool = ",\"pool\":" + Json.quoted(provider.pool());
            gateway.create(provider.name(), base, provider.key(), 0, provider.mappings(), pool);
        }
        Target target = new Target(gateway.host(), gateway.port(), clientToken, models, PATIENCE_MILLIS);
        return new AccountingFixture(upstream, gateway, target);
    }

    Gateway gateway() {
        return gateway;
    }

    Target target() {
        return target;
    }

    Answers answers() {
        return answers;
    }

    /** What the upstream has done, by the id of the exchange. */
    Map<String, Served> exchanges() {
        return upstream.books().exchanges();
    }

    /**
     * Waits until the gateway has nothing more to write down, by its own account, and its books have not changed for 3 s. Returns how long ago
     * they did, from the call on.
     */
    Duration settle() {
        GatewayBooks books = new GatewayBooks(gateway);
        long start = System.nanoTime();
        long changed = start;
        for (Map<String, Sums> last = books.hourly(); System.nanoTime() - changed < QUIET_NANOS; ) {
            Load.pause(LOOK_MILLIS);
            boolean written = books.metric("sidecar_in_flight") == 0 && books.metric("sidecar_ledger_backlog") == 0;
            if (System.nanoTime() - start > SETTLED_NANOS) {
                throw new IllegalStateException("the gateway still has something to write down");
            }
            Map<String, Sums> now = books.hourly();
            if (!written || !now.equals(last)) {
                changed = System.nanoTime();
                last = now;
            }
        }
        return Duration.ofNanos(changed - start);
    }

    /** A report with what every run tells. */
    Report report(String title) {
        Report report = new Report(title);
        Sums sums = Sums.of(Sums.by(Place::pool, exchanges().values()).values());
        report.line(
                "upstream",
                "%d requests · %d attempts, %d of them failed",
                sums.requests(),
                sums.attempts(),
                sums.errors());
        report.line("", "%s", sums.tokens());
        report.line("", "%s USD", sums.cost().toPlainString());
        upstream.oddities().stream().distinct().limit(SHOWN).forEach(odd -> report.line("  odd", "%s", odd));
        report.line(
                "clients",
                "%d asked · %d did not end as they should · %d without an end",
                answers.size(),
                answers.failed().size(),
                answers.unanswered());
        return report;
    }

    /** Every client saw what it had to see. */
    void targetNoFailure(Report report) {
        targetNoFailure(report, outcome -> false);
    }

    /** Every client saw what it had to see, but for failures that are expected. */
    void targetNoFailure(Report report, Predicate<Outcome> expected) {
        List<Outcome> failed =
                answers.failed().stream().filter(expected.negate()).toList();
        report.target(failed.isEmpty() && answers.unanswered() == 0, "every client got what it had to get");
        failed.stream()
                .map(Outcome::failure)
                .flatMap(Optional::stream)
                .limit(SHOWN)
                .forEach(failure -> report.line("", "%s: %s", failure.kind(), failure.detail()));
        report.target(upstream.oddities().isEmpty(), "nothing odd reached the upstream");
    }

    @Override
    public void close() {
        gateway.close();
        upstream.close();
    }
}
