package sidecar.bench;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sidecar.kit.Json;

/** A mock upstream, a gateway in front of it with one provider per key, and the clients of one run. */
final class StrictFixture implements AutoCloseable {

    static final long SECOND = 1_000_000_000L;
    /** How long a client waits for the next byte. */
    static final int PATIENCE_MILLIS = 400_000; // longer than any wait or deadline of the gateway

    private static final Duration DRAIN = Duration.ofSeconds(420);
    private static final int SHOWN = 5;

    private final Plan plan;
    private final MockUpstream mock;
    private final Gateway gateway;
    private final Load load;
    private long startNanos;
    private long stopNanos;

    /**
     * How keys become accounts and providers.
     *
     * @param account of the key with that number, counted from 1
     * @param fields further fields of its provider, each with a comma before it
     */
    record KeySetup(IntFunction<String> account, IntFunction<String> fields) {

        /** Every key is an account of its own. */
        static final KeySetup ALONE = new KeySetup(number -> "account-" + number, number -> "");
    }

    private StrictFixture(Plan plan, MockUpstream mock, Gateway gateway, Load load) {
        this.plan = plan;
        this.mock = mock;
        this.gateway = gateway;
        this.load = load;
    }

    /** Sets it up: the gateway is ready and knows every key when this returns. */
    static StrictFixture open(Options options, String name, Plan plan, KeySetup keys, MockModel... models) {
        String adminToken = options.text("admin-token").orElse(Secrets.fresh("admin-"));
        String clientToken =
                options.text("client-token").orElse(options.text("url").isPresent() ? "" : Secrets.fresh("client-"));
        Gateway gateway = options.text("url")
                .map(url -> Secrets.gatewayAt(url, adminToken))
                .orElseGet(() -> OwnGateway.in(options.work().resolve(name), adminToken, clientToken));
        return around(
                gateway,
                List.of(clientToken, adminToken),
                plan,
                keys,
                byName -> new Load(new Target(gateway.host(), gateway.port(), clientToken, byName, PATIENCE_MILLIS)),
                models);
    }

    /**
     * Sets it up around a gateway that runs and has no provider.
     *
     * @param secrets what no upstream may ever see
     * @param load makes the clients, of the models by the names they ask for
     */
    static StrictFixture around(
            Gateway gateway,
            List<String> secrets,
            Plan plan,
            KeySetup keys,
            Function<Map<String, MockModel>, Load> load,
            MockModel... models) {
        MockUpstream mock = MockUpstream.start(0, System::nanoTime);
        Map<String, MockModel> byName =
                List.of(models).stream().collect(Collectors.toMap(StrictFixture::clientName, Function.identity()));
        List.of(models).forEach(mock::addModel);
        Stream.concat(secrets.stream(), Stream.of(Target.COOKIE))
                .filter(text -> !text.isEmpty())
                .forEach(mock::forbid);
        String mappings = byName.entrySet().stream()
                .map(model -> Json.quoted(model.getKey()) + ":{\"native_id\":"
                        + Json.quoted(model.getValue().name()) + "}")
                .collect(Collectors.joining(","));
        for (int number = 1; number <= plan.keys(); number++) {
            String key = Secrets.fresh("nvapi-");
            mock.addKey(key, keys.account().apply(number), plan.rpm());
            String base = "http://127.0.0.1:" + mock.port() + "/v1";
            gateway.create(
                    "bench-" + number,
                    base,
                    key,
                    plan.rpm(),
                    mappings,
                    keys.fields().apply(number));
        }
        return new StrictFixture(plan, mock, gateway, load.apply(byName));
    }

    /** What clients call a model of the mock. */
    static String clientName(MockModel model) {
        return "my-" + model.name().replaceFirst(".*/", "");
    }

    Plan plan() {
        return plan;
    }

    MockUpstream mock() {
        return mock;
    }

    Gateway gateway() {
        return gateway;
    }

    Load load() {
        return load;
    }

    /** The clock of the run starts now. */
    void begin() {
        startNanos = System.nanoTime();
        System.out.println("running: " + plan);
    }

    /** Sleeps until that second of the run. */
    void untilSecond(double second) {
        long left = startNanos + (long) (second * SECOND) - System.nanoTime();
        Load.pause(Math.max(0, left / 1_000_000));
    }

    /** That second of the run, on the clock of the outcomes. */
    long nanosAt(double second) {
        return startNanos + (long) (second * SECOND);
    }

    /** Begins no more requests and waits for the answers to the last ones. */
    void finish() {
        load.stop();
        stopNanos = System.nanoTime();
        load.drain(DRAIN);
    }

    /** When clients stopped to begin requests. */
    long stopNanos() {
        return stopNanos;
    }

    /** The first request admitted, which opens the first window. */
    long firstAdmission() {
        return mock.accounts().stream()
                .filter(account -> account.admissions().size() > 0)
                .mapToLong(account -> account.admissions().get(0))
                .min()
                .orElse(startNanos);
    }

    /** Requests admitted per 60 s ÷ what the limits allow, the mean over all whole 60 s after the first ones. */
    double share() {
        long from = firstAdmission() + Account.WINDOW_NANOS;
        return mock.accounts().stream()
                        .mapToDouble(account -> account.admissions().meanWithin(Account.WINDOW_NANOS, from, stopNanos))
                        .sum()
                / mock.capacity();
    }

    /** Requests admitted in each whole minute since the first. */
    String byMinute() {
        StringBuilder minutes = new StringBuilder();
        long window = Account.WINDOW_NANOS;
        for (long from = firstAdmission(); from + window - stopNanos <= 0; from += window) {
            minutes.append(' ').append(admittedBetween(from, from + window));
        }
        return minutes.toString().trim();
    }

    /** Requests admitted in [from, to). */
    int admittedBetween(long fromNanos, long toNanos) {
        return mock.accounts().stream()
                .mapToInt(account -> account.admissions().between(fromNanos, toNanos))
                .sum();
    }

    /** A report with what every run tells. */
    Report report(String name) {
        Tally tally = load.tally();
        Report report = new Report(name + ": " + plan);
        report.line(
                "upstream",
                "%d admitted · %d violations · %d busy · most in any 60 s of one account %s",
                mock.admitted(),
                mock.violations().size(),
                mock.busyAnswers().get(),
                mock.fullest());
        mock.violations().stream().limit(SHOWN).forEach(v -> report.line("", "%s", describe(v)));
        mock.oddities().stream().distinct().limit(SHOWN).forEach(odd -> report.line("  odd", "%s", odd));
        report.line(
                "clients",
                "%d requests · %d answered · %d failed · %d expected failures · %d without an end",
                tally.all().size() + tally.unanswered(),
                tally.answered().size(),
                tally.failed().size(),
                tally.lost().size(),
                tally.unanswered());
        failures(report, tally);
        report.line("wait", "%s", Tally.waits(tally.answered()));
        report.line("attempts", "%s", attempts(tally));
        report.line("gateway", "%s", gateway.cost().isEmpty() ? "-" : gateway.cost() + ", with its start");
        report.line("bench", "%s", ProcessCost.of(ProcessHandle.current().pid()));
        List<String> log = gateway.log(" WARN ", " WARNING ", " SEVERE ");
        report.line("log", "%d lines of level WARN, WARNING or SEVERE", log.size());
        log.stream().limit(SHOWN).forEach(line -> report.line("", "%s", line));
        return report;
    }

    private String describe(Account.Violation violation) {
        return String.format(
                "at %.1f s %s: %.1f ms early, %d over the limit",
                (violation.atNanos() - startNanos) / 1e9,
                violation.account(),
                violation.earlyMillis(),
                violation.over());
    }

    private void failures(Report report, Tally tally) {
        if (!tally.lost().isEmpty()) {
            report.line("  expected", "%s", Tally.kinds(tally.lost()));
        }
        if (!tally.failed().isEmpty()) {
            report.line("  failed", "%s", Tally.kinds(tally.failed()));
        }
        // the first of each kind: the hundredth equal one says nothing new
        Set<String> told = new HashSet<>();
        tally.failed().stream()
                .filter(outcome -> told.add(outcome.failure().orElseThrow().kind()))
                .limit(SHOWN)
                .forEach(outcome -> report.line("", "%s", describe(outcome)));
    }

    /** When a client failed, and how. */
    String describe(Outcome failed) {
        Outcome.Failure failure = failed.failure().orElseThrow();
        double at = (failed.endNanos() - startNanos) / 1e9;
        return String.format("at %.1f s %s: %s", at, failure.kind(), failure.detail());
    }

    private static String attempts(Tally tally) {
        var summary = tally.answered().stream()
                .mapToInt(Outcome::attempts)
                .filter(attempts -> attempts > 0)
                .summaryStatistics();
        return summary.getCount() == 0
                ? "-"
                : String.format("mean %.2f · max %d per answer", summary.getAverage(), summary.getMax());
    }

    /** What must hold in every run with honest limits. */
    void targetNothingWrong(Report report) {
        Tally tally = load.tally();
        report.target(mock.violations().isEmpty(), "0 violations");
        targetNoFailure(report);
        report.target(mock.oddities().isEmpty(), "nothing odd reached the upstream");
        report.target(!tally.answered().isEmpty(), "some requests were answered");
    }

    /** No client saw a failure that was not expected. */
    void targetNoFailure(Report report) {
        Tally tally = load.tally();
        report.target(tally.failed().isEmpty() && tally.unanswered() == 0, "0 client-visible failures");
    }

    /** The limits are used. */
    void targetShare(Report report, double wanted) {
        if (stopNanos - firstAdmission() < 2 * Account.WINDOW_NANOS) {
            report.line("rate", "not judged: it takes 120 s or more");
            return;
        }
        report.line(
                "rate",
                "%.2f %% of %d/min, mean over all whole 60 s after the first; by minute: %s",
                100 * share(),
                mock.capacity(),
                byMinute());
        report.target(share() >= wanted, "at least %.0f %% of the rate", 100 * wanted);
    }

    @Override
    public void close() {
        gateway.close();
        mock.close();
    }
}
