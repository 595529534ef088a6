package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import sidecar.admission.Admission;
import sidecar.admission.AdmissionSettings;
import sidecar.affinity.IssuedIds;
import sidecar.affinity.SessionAffinity;
import sidecar.body.ByteBudget;
import sidecar.body.FakeSpool;
import sidecar.body.RequestBody;
import sidecar.body.RequestBodyBuilder;
import sidecar.body.RequestBodyStore;
import sidecar.client.ClientLimiter;
import sidecar.client.ClientToken;
import sidecar.client.Clients;
import sidecar.failure.FailureClassifier;
import sidecar.ledger.AttemptEntry;
import sidecar.ledger.Ledger;
import sidecar.ledger.LedgerEntry;
import sidecar.limit.Grant;
import sidecar.limit.GrantLog;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.LimitSettings;
import sidecar.limit.NodeShare;
import sidecar.limit.QuotaLimits;
import sidecar.limit.RateLimiter;
import sidecar.pool.MedianRandom;
import sidecar.pool.PoolInspector;
import sidecar.pool.PoolSettings;
import sidecar.pool.ProviderPool;
import sidecar.pool.SomeProvider;
import sidecar.protocol.ApiPath;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;
import sidecar.time.FakeTime;
import sidecar.time.TimeSource;
import sidecar.upstream.Header;
import sidecar.upstream.Headers;

/** One exchange on a stage: real pool, quotas and rules; time, upstream and client are played by the test. */
public final class ExchangeFixture {

    public static final String CHAT = "/v1/chat/completions";
    /** A whole answer of the model that the provider calls {@code n1}. */
    static final String ANSWER =
            "{\"id\":\"c\",\"model\":\"n1\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}";

    static final String PLAIN = "{\"model\":\"m\",\"messages\":[]}";
    static final String STREAM = "{\"model\":\"m\",\"stream\":true}";

    public final FakeTime time = new FakeTime();
    public final FakeUpstream upstream = new FakeUpstream();
    final FakeClient client = new FakeClient();
    final CatalogHolder catalog = new CatalogHolder();
    public Duration grantGap = Duration.ZERO;
    final RateLimiter rateLimiter = new RateLimiter(
            time, time, () -> new LimitSettings(Duration.ofSeconds(61), grantGap), GrantLog.NONE, NodeShare.WHOLE);
    double emergency = 0;
    public final ProviderPool pool =
            new ProviderPool(catalog, this::poolSettings, rateLimiter, time, time, new MedianRandom());
    AdmissionSettings admissionSettings = new AdmissionSettings(500, Duration.ofSeconds(240), Duration.ofSeconds(10));
    final Admission admission = new Admission(pool, () -> admissionSettings, time, time);
    final UsageInjectionBlocklist usageBlocklist = new UsageInjectionBlocklist(time);
    final IssuedIds ids = new IssuedIds();
    final ByteBudget held = new ByteBudget(() -> this.memory);
    final ByteBudget disk = new ByteBudget(() -> 1 << 30);
    public final FakeSpool spool = new FakeSpool();
    final RequestBodyStore bodyStore = new RequestBodyStore(held, disk, spool);
    final List<LedgerEntry> entries = Collections.synchronizedList(new ArrayList<>());
    final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger done = new AtomicInteger();
    final ClientLimiter clientLimiter = new ClientLimiter(time, time);

    /** Whose token the request comes with. */
    ClientToken who = Clients.named("tester");

    Executor background = Runnable::run;

    public long memory = 1 << 30;
    int attempts = 5;
    boolean retryOnTimeout = true;
    boolean affinity;
    Duration overflowWait = Duration.ZERO;
    FailureClassifier failureRules = FailureClassifier.defaults();
    Duration deadline = Duration.ofMinutes(10);
    Duration heartbeatGrace = Duration.ZERO;
    Optional<String> pinned = Optional.empty();
    Headers headers = new Headers(List.of(new Header("Content-Type", "application/json")));

    private @Nullable Exchange exchange;

    public ExchangeFixture(SomeProvider... providers) {
        List<Provider> built = new ArrayList<>();
        for (SomeProvider provider : providers) {
            built.add(provider.build());
        }
        catalog.publish(new ProviderCatalog(built));
    }

    /** Two primaries that map m to n1 and n2. */
    public static ExchangeFixture ofTwo() {
        return new ExchangeFixture(
                SomeProvider.named("p1").maps("m", "n1"),
                SomeProvider.named("p2").maps("m", "n2"));
    }

    public static ExchangeFixture ofOne() {
        return new ExchangeFixture(SomeProvider.named("p1").maps("m", "n1"));
    }

    private PoolSettings poolSettings() {
        return new PoolSettings(
                PoolSettings.SelectionStrategy.ORDERED,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                true,
                emergency);
    }

    ExchangeSettings settings() {
        return new ExchangeSettings(
                attempts,
                retryOnTimeout,
                deadline,
                Duration.ofMinutes(3),
                Duration.ofMinutes(2),
                Duration.ofMinutes(30),
                heartbeatGrace,
                overflowWait,
                affinity,
                TranslationMode.ON,
                4096,
                Set.of(),
                "Sidecar/test");
    }

    public ExchangeServices services() {
        Ledger ledger = new Ledger() {
            @Override
            public void attempted(AttemptEntry attempt) {
                attempt.failure()
                        .filter(kind -> attempt.error())
                        .ifPresent(kind -> failures.add(attempt.provider() + " " + kind.wire()));
            }

            @Override
            public void finished(LedgerEntry entry) {
                entries.add(entry);
            }
        };
        return new ExchangeServices(
                catalog,
                pool,
                admission,
                upstream,
                () -> failureRules,
                this::settings,
                ledger,
                usageBlocklist,
                ids,
                new SessionAffinity(time),
                clientLimiter,
                held,
                background,
                new TimeSource(time, time, time));
    }

    /** Nobody waits for a place. */
    ExchangeFixture impatient() {
        admissionSettings = new AdmissionSettings(500, Duration.ZERO, Duration.ZERO);
        return this;
    }

    /** Uses up the whole minute of a provider, all at once. */
    public void useUp(String name) {
        Provider provider = provider(name);
        QuotaLimits limits = pool.quota(provider);
        for (int i = 0; i < limits.rpm(); i++) {
            GrantRequest request = GrantRequest.of(provider.endpoint().identity());
            Grant grant = ((GrantResult.Granted) rateLimiter.take(limits, request)).grant();
            grant.close();
        }
    }

    /** A request without a body, for what is told without looking at one. */
    public static ClientRequest request(String path) {
        return new ClientRequest(
                "req-1",
                ClientToken.OPEN,
                "POST",
                ApiPath.of(path).orElseThrow(),
                "",
                Headers.NONE,
                RequestBody.of(new byte[0]),
                RequestHead.NONE,
                Optional.empty(),
                Duration.ofMinutes(10));
    }

    /** An exchange that has not begun. */
    Exchange prepare(String method, String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        RequestBody whole = held(bytes);
        RequestHead head =
                bytes.length == 0 ? RequestHead.NONE : ((RequestHead.Reading.Read) RequestHead.json(whole)).head();
        ClientRequest request = new ClientRequest(
                "req-1", who, method, ApiPath.of(path).orElseThrow(), "", headers, whole, head, pinned, deadline);
        Exchange made = new Exchange(services(), request, client, over -> done.incrementAndGet());
        exchange = made;
        client.tells(made);
        return made;
    }

    private RequestBody held(byte[] bytes) {
        RequestBodyBuilder builder = bodyStore.draft(bytes.length, bytes.length);
        while (builder.length() < bytes.length) {
            assertThat(builder.room(0)).isTrue();
            int at = (int) builder.length();
            int n = Math.min(bytes.length - at, builder.buffer().length - builder.offset());
            System.arraycopy(bytes, at, builder.buffer(), builder.offset(), n);
            assertThat(builder.filled(n)).isTrue();
        }
        return builder.whole();
    }

    public ExchangeFixture post(String path, String body) {
        prepare("POST", path, body).start();
        return this;
    }

    ExchangeFixture plain() {
        return post(CHAT, PLAIN);
    }

    ExchangeFixture stream() {
        return post(CHAT, STREAM);
    }

    public Exchange exchange() {
        return Objects.requireNonNull(exchange);
    }

    public FakeUpstream.Call call() {
        return upstream.last();
    }

    public void seconds(long seconds) {
        time.advance(Duration.ofSeconds(seconds));
    }

    void millis(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    public Provider provider(String name) {
        return catalog.get().byName(name).orElseThrow();
    }

    /** It ended with that outcome, exactly once, and left nothing behind: no timer, no lease, no held byte. */
    public LedgerEntry over(String outcome) {
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).outcome()).isEqualTo(outcome);
        assertThat(done).hasValue(1);
        assertThat(time.pending()).as("timers left").isZero();
        assertThat(held.held()).as("bytes held").isZero();
        assertThat(disk.held()).as("bytes on disk").isZero();
        assertThat(spool.files).as("files left").hasValue(0);
        for (Provider provider : catalog.get().all()) {
            assertThat(PoolInspector.inFlight(pool, provider))
                    .as("leases of " + provider.name())
                    .isZero();
        }
        assertThat(client.breaches).isEmpty();
        return entries.get(0);
    }

    public void notOver() {
        assertThat(entries).isEmpty();
        assertThat(done).hasValue(0);
    }

    public static String event(String json) {
        return "data: " + json + "\n\n";
    }

    public static String delta(String model, String text) {
        return event("{\"id\":\"c\",\"model\":\"" + model + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                + text + "\"},\"finish_reason\":null}]}");
    }

    public static String role(String model) {
        return event("{\"id\":\"c\",\"model\":\"" + model
                + "\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
    }

    public static String stop(String model) {
        return event("{\"id\":\"c\",\"model\":\"" + model
                + "\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    }

    public static String usage(String model, int prompt, int completion) {
        return event("{\"id\":\"c\",\"model\":\"" + model + "\",\"choices\":[],\"usage\":{\"prompt_tokens\":" + prompt
                + ",\"completion_tokens\":" + completion + ",\"total_tokens\":" + (prompt + completion) + "}}");
    }

    public static final String DONE = "data: [DONE]\n\n";
}
