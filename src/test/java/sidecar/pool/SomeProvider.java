package sidecar.pool;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CooldownScope;
import sidecar.provider.Endpoint;
import sidecar.provider.LimiterType;
import sidecar.provider.Limits;
import sidecar.provider.ModelMapping;
import sidecar.provider.PoolTier;
import sidecar.provider.Price;
import sidecar.provider.Provenance;
import sidecar.provider.Provider;
import sidecar.provider.Secret;
import sidecar.provider.UpstreamUrl;
import sidecar.time.FakeTime;

/** Makes providers for tests: a good one by default, changed where the test cares. */
public final class SomeProvider {

    private final String name;
    private final Map<String, ModelMapping> mappings = new LinkedHashMap<>();
    private final Map<String, Optional<Secret>> headers = new LinkedHashMap<>();
    private Optional<String> key;
    private String url;
    private ApiProtocol api = ApiProtocol.OPENAI_COMPLETIONS;
    private Duration timeout = Duration.ofMinutes(2);
    private int rpm = 40;
    private Optional<String> group = Optional.empty();
    private PoolTier pool = PoolTier.PRIMARY;
    private int weight = 1;
    private String label = "";
    private boolean enabled = true;
    private OptionalInt rpd = OptionalInt.empty();
    private OptionalInt tpm = OptionalInt.empty();
    private OptionalInt concurrency = OptionalInt.empty();
    private LimiterType limiter = LimiterType.WINDOW;
    private CooldownScope scope = CooldownScope.AUTO;

    private SomeProvider(String name) {
        this.name = name;
        this.key = Optional.of("sk-" + name + "-secret-0123456789");
        this.url = "https://" + name + ".example/v1";
    }

    /** One that has its own host and key, 40 requests a minute, and so far no model. */
    public static SomeProvider named(String name) {
        return new SomeProvider(name);
    }

    public SomeProvider maps(String canonical, String nativeId) {
        mappings.put(canonical, ModelMapping.of(canonical, nativeId));
        return this;
    }

    public SomeProvider mapsWith(String canonical, String nativeId, Map<String, Object> compat) {
        mappings.put(
                canonical,
                new ModelMapping(
                        canonical, nativeId, false, false, List.of("text"), Price.FREE, 128_000, 65_536, compat));
        return this;
    }

    public SomeProvider priced(String canonical, String nativeId, String in, String out, String cacheRead) {
        Price price = new Price(new BigDecimal(in), new BigDecimal(out), new BigDecimal(cacheRead), BigDecimal.ZERO);
        mappings.put(
                canonical,
                new ModelMapping(canonical, nativeId, false, false, List.of("text"), price, 128_000, 65_536, Map.of()));
        return this;
    }

    public SomeProvider key(String secret) {
        key = Optional.of(secret);
        return this;
    }

    public SomeProvider withoutKey() {
        key = Optional.empty();
        return this;
    }

    public SomeProvider header(String header, String value) {
        headers.put(header, Optional.of(new Secret(value)));
        return this;
    }

    public SomeProvider dropping(String header) {
        headers.put(header, Optional.empty());
        return this;
    }

    public SomeProvider url(String base) {
        url = base;
        return this;
    }

    public SomeProvider api(ApiProtocol protocol) {
        api = protocol;
        return this;
    }

    public SomeProvider timeout(Duration patience) {
        timeout = patience;
        return this;
    }

    public SomeProvider rpm(int limit) {
        rpm = limit;
        return this;
    }

    public SomeProvider group(String quotaGroup) {
        group = Optional.of(quotaGroup);
        return this;
    }

    public SomeProvider fallback() {
        pool = PoolTier.FALLBACK;
        return this;
    }

    public SomeProvider weight(int share) {
        weight = share;
        return this;
    }

    public SomeProvider label(String tag) {
        label = tag;
        return this;
    }

    public SomeProvider disabled() {
        enabled = false;
        return this;
    }

    /** Requests a day. */
    public SomeProvider rpd(int limit) {
        rpd = OptionalInt.of(limit);
        return this;
    }

    /** LLM tokens a minute. */
    public SomeProvider tpm(int limit) {
        tpm = OptionalInt.of(limit);
        return this;
    }

    public SomeProvider concurrency(int limit) {
        concurrency = OptionalInt.of(limit);
        return this;
    }

    public SomeProvider bucket() {
        limiter = LimiterType.BUCKET;
        return this;
    }

    public SomeProvider blames(CooldownScope whom) {
        scope = whom;
        return this;
    }

    public Provider build() {
        UpstreamUrl base = UpstreamUrl.parse(url).toOptional().orElseThrow();
        Limits limits = new Limits(rpm, rpd, tpm, concurrency, group, limiter, scope);
        Endpoint endpoint = new Endpoint(
                base, api, key.map(Secret::new), timeout, headers, base.origin() + "#" + key.orElse("none-" + name));
        Provenance provenance = new Provenance("webui", "", Map.of(), FakeTime.BEGIN, FakeTime.BEGIN);
        String id = "bkd_" + String.format("%012x", name.hashCode() & 0xffffffffL);
        return new Provider(id, name, label, endpoint, limits, pool, weight, enabled, mappings, provenance);
    }
}
