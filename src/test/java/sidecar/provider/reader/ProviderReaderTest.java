package sidecar.provider.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Parsed;
import sidecar.provider.AccountIdentity;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CooldownScope;
import sidecar.provider.LimiterType;
import sidecar.provider.Limits;
import sidecar.provider.ModelMapping;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.Secret;

class ProviderReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-23T05:30:57Z");
    private static final Instant LATER = NOW.plusSeconds(60);

    private final ProviderReader reader = new ProviderReader(
            new ProviderReader.Defaults(40, Duration.ofMinutes(2)), new AccountIdentity(key -> "#" + key.hashCode()));

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.read(text);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ObjectNode base(String more) {
        return json("{\"name\":\"p1\",\"api_base_url\":\"http://127.0.0.1:9280\",\"api_key\":\"sk-ok-aaaa9999\""
                + (more.isEmpty() ? "" : "," + more) + "}");
    }

    private Provider created(String more) {
        return reader.create("bkd_1", base(more), NOW)
                .toOptional()
                .orElseThrow()
                .provider();
    }

    private List<String> errors(Parsed<ProviderChange> parsed) {
        return parsed.errors().stream().map(FieldError::field).toList();
    }

    private Provider provider(Provider old, String body) {
        return updated(old, "healthy", body).toOptional().orElseThrow().provider();
    }

    private Parsed<ProviderChange> updated(Provider old, String status, String body) {
        return reader.update(old, status, json(body), LATER);
    }

    @Test
    void theSmallestProviderGetsEveryDefault() {
        Provider p = created("");

        assertThat(p.endpoint().api()).isEqualTo(ApiProtocol.OPENAI_COMPLETIONS);
        assertThat(p.endpoint().timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(p.limits()).isEqualTo(Limits.perMinute(40));
        assertThat(p.pool()).isEqualTo(PoolTier.PRIMARY);
        assertThat(p.weight()).isEqualTo(1);
        assertThat(p.enabled()).isTrue();
        assertThat(p.mappings()).isEmpty();
        assertThat(p.provenance().source()).isEqualTo("webui");
        assertThat(p.group()).isEqualTo("http://127.0.0.1:9280#" + "#" + "sk-ok-aaaa9999".hashCode());
    }

    @Test
    void everyFieldIsRead() {
        Provider p =
                created("\"label\":\" nvidia \",\"api\":\"anthropic-messages\",\"timeout_seconds\":5,\"rpm_limit\":0,"
                        + "\"rpd_limit\":10,\"tpm_limit\":20,\"max_concurrency\":3,\"quota_group\":\"g\",\"limiter\":\"bucket\",\"cooldown_scope\":\"model\",\"pool\":\"fallback\",\"weight\":4,\"enabled\":false,\"source\":\"import\",\"notes\":\"a\\n"
                        + "b\",\"metadata\":{\"z\":null,\"a\":1},\"headers\":{\"X-A\":\"v\",\"X-B\":null}");

        assertThat(p.label()).isEqualTo("nvidia");
        assertThat(p.limits())
                .isEqualTo(new Limits(
                        0,
                        OptionalInt.of(10),
                        OptionalInt.of(20),
                        OptionalInt.of(3),
                        Optional.of("g"),
                        LimiterType.BUCKET,
                        CooldownScope.MODEL));
        assertThat(p.group()).isEqualTo("g");
        assertThat(p.enabled()).isFalse();
        assertThat(p.provenance().notes()).isEqualTo("a\nb");
        assertThat(p.provenance().metadata()).containsExactlyEntriesOf(Json.map(json("{\"z\":null,\"a\":1}")));
        assertThat(p.endpoint().headers())
                .containsEntry("X-A", Optional.of(new Secret("v")))
                .containsEntry("X-B", Optional.empty());
    }

    @Test
    void aMappingGetsDefaultsAndItsCanonicalName() {
        ModelMapping mapping =
                created("\"model_mappings\":{\"m\":{}}").mapping("m").orElseThrow();

        assertThat(mapping).isEqualTo(ModelMapping.of("m", "m"));
    }

    @Test
    void pricesAreExactAndPerToken() {
        ModelMapping mapping = created("\"model_mappings\":{\"m\":{\"native_id\":\"v/m\",\"cost\":{\"input\":1e-06}}}")
                .mapping("m")
                .orElseThrow();

        assertThat(mapping.cost().input()).isEqualByComparingTo(new BigDecimal("0.000001"));
        assertThat(mapping.cost().output()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(mapping.nativeId()).isEqualTo("v/m");
    }

    @Test
    void mappingsReadBackAsWritten() {
        Provider p = created(
                "\"model_mappings\":{\"z\":{\"cost\":{\"input\":1e-7,\"cacheRead\":2},\"compat\":{\"supportsUsageInStreaming\":false,\"n\":null}},\"*\":{}}");

        assertThat(Mappings.stored(Mappings.write(p.mappings()))).isEqualTo(p.mappings());
    }

    @ParameterizedTest
    @CsvSource({"name", "api_base_url", "api_key"})
    void aMissingFieldIsNamedInV2sWords(String field) {
        for (String missing : List.of("absent", "null", "\"\"", "\"  \"")) {
            ObjectNode body = base("");
            body.remove(field);
            if (!missing.equals("absent")) {
                body.set(field, json("{\"x\":" + missing + "}").get("x"));
            }

            Parsed<ProviderChange> parsed = reader.create("bkd_1", body, NOW);

            assertThat(parsed.errors()).containsExactly(new FieldError(field, "Missing required field: " + field));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pool|\"weird\"",
                "source|\"api\"",
                "api|\"x\"",
                "name|5",
                "name|\"a\\u0007b\"",
                "label|[]",
                "api_key|12345",
                "api_key|\"two words\"",
                "api_key|\"sk-ok-****9999\"",
                "api_base_url|\"not a url\"",
                "api_base_url|7",
                "timeout_seconds|-5",
                "timeout_seconds|0",
                "timeout_seconds|3601",
                "timeout_seconds|1.5",
                "timeout_seconds|\"5\"",
                "timeout_seconds|null",
                "timeout_seconds|1e999999999",
                "rpm_limit|-1",
                "rpm_limit|1000001",
                "rpm_limit|true",
                "rpd_limit|-1",
                "rpd_limit|3000000000",
                "tpm_limit|\"1\"",
                "max_concurrency|0.5",
                "quota_group|{}",
                "limiter|\"leaky\"",
                "cooldown_scope|null",
                "weight|0",
                "enabled|0",
                "enabled|null",
                "notes|\"\\u0000\"",
                "metadata|[]",
                "headers|[]",
                "headers.Host|{\"Host\":\"x\"}",
                "headers.content-length|{\"content-length\":\"1\"}",
                "headers.Transfer-Encoding|{\"Transfer-Encoding\":\"chunked\"}",
                "headers.X:A|{\"X:A\":\"1\"}",
                "headers.X-A|{\"X-A\":\"a\\r\\nX-B: b\"}",
                "headers.X-A|{\"X-A\":1}",
                "headers.X-A|{\"X-A\":\"\"}",
                "headers.x-a|{\"X-A\":\"1\",\"x-a\":\"2\"}",
                "model_mappings|[]",
                "model_mappings|\"x\"",
                "model_mappings|null",
                "model_mappings.m|{\"m\":\"native\"}",
                "model_mappings.m|{\"m\":null}",
                "model_mappings.m.native_id|{\"m\":{\"native_id\":5}}",
                "model_mappings.m.native_id|{\"m\":{\"native_id\":\"*\"}}",
                "model_mappings.*.native_id|{\"*\":{\"native_id\":\"x\"}}",
                "model_mappings.m.reasoning|{\"m\":{\"reasoning\":\"true\"}}",
                "model_mappings.m.input_modalities|{\"m\":{\"input_modalities\":[]}}",
                "model_mappings.m.input_modalities|{\"m\":{\"input_modalities\":[5]}}",
                "model_mappings.m.cost|{\"m\":{\"cost\":5}}",
                "model_mappings.m.cost.input|{\"m\":{\"cost\":{\"input\":-1}}}",
                "model_mappings.m.cost.output|{\"m\":{\"cost\":{\"output\":\"1\"}}}",
                "model_mappings.m.cost.input|{\"m\":{\"cost\":{\"input\":1e-999999999}}}",
                "model_mappings.m.cost.input|{\"m\":{\"cost\":{\"input\":1e999999999}}}",
                "model_mappings.m.context_window|{\"m\":{\"context_window\":0}}",
                "model_mappings.m.max_tokens|{\"m\":{\"max_tokens\":\"x\"}}",
                "model_mappings.m.compat|{\"m\":{\"compat\":[]}}"
            })
    void aBadFieldIsRefusedByName(String field, String value) {
        ObjectNode body = base("");
        body.set(field.replaceFirst("\\..*", ""), json("{\"x\":" + value + "}").get("x"));

        assertThat(errors(reader.create("bkd_1", body, NOW))).containsExactly(field);
    }

    @Test
    void everyBadFieldIsNamedAtOnce() {
        Parsed<ProviderChange> parsed = reader.create(
                "bkd_1",
                base("\"pool\":\"weird\",\"timeout_seconds\":-5,\"rpm_limit\":\"abc\",\"enabled\":\"false\""),
                NOW);

        assertThat(errors(parsed)).containsExactlyInAnyOrder("pool", "timeout_seconds", "rpm_limit", "enabled");
    }

    @Test
    void aPartialUpdateChangesNothingElse() {
        Provider old =
                created("\"label\":\"x\",\"rpm_limit\":7,\"model_mappings\":{\"m\":{}},\"headers\":{\"X-A\":\"v\"}");

        Provider now = provider(old, "{\"weight\":2}");

        assertThat(now.weight()).isEqualTo(2);
        assertThat(now.provenance().updatedAt()).isEqualTo(LATER);
        assertThat(now.provenance().createdAt()).isEqualTo(NOW);
        assertThat(now)
                .usingRecursiveComparison()
                .ignoringFields("weight", "provenance")
                .isEqualTo(old);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"sk-ok-****9999\"", "\"abcdef****1234\"", "\"ab****\"", "\"\"", "null"})
    void aMaskedOrEmptyKeyPutBackKeepsTheKey(String key) {
        Provider now = provider(created(""), "{\"api_key\":" + key + "}");

        assertThat(now.endpoint().key()).contains(new Secret("sk-ok-aaaa9999"));
    }

    @Test
    void aNewKeyReplacesTheOldOne() {
        Provider now = provider(created(""), "{\"api_key\":\" fresh-key-1 \"}");

        assertThat(now.endpoint().key()).contains(new Secret("fresh-key-1"));
        assertThat(now.group()).isNotEqualTo(created("").group());
    }

    @Test
    void aMaskedHeaderPutBackKeepsItsValue() {
        Provider old = created("\"headers\":{\"X-Token\":\"secret-value-1234\",\"X-Old\":\"1\"}");

        Provider now = provider(old, "{\"headers\":{\"x-token\":\"secret****1234\"}}");

        assertThat(now.endpoint().headers()).containsOnlyKeys("x-token");
        assertThat(now.endpoint().headers().get("x-token")).contains(new Secret("secret-value-1234"));
    }

    @Test
    void aWholeProviderAsFetchedCanBePutBack() {
        Provider old = created("");
        String fetched =
                "{\"id\":\"bkd_1\",\"name\":\"p1\",\"status\":\"cooling\",\"cooldown_until\":\"2026-11-23T05:37:36Z\","
                        + "\"consecutive_429_count\":2,\"created_at\":\"x\",\"updated_at\":\"x\",\"api_key\":\"sk-ok-****9999\","
                        + "\"health\":\"degraded\",\"reason\":\"429\",\"warnings\":[],\"weight\":2}";

        Parsed<ProviderChange> parsed = updated(old, "cooling", fetched);

        ProviderChange change = parsed.toOptional().orElseThrow();
        assertThat(change.clear()).isFalse();
        assertThat(parsed.warnings()).isEmpty();
        assertThat(change.provider().weight()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cooling|{\"status\":\"healthy\"}|true|true",
                "error|{\"status\":\"healthy\"}|true|true",
                "healthy|{\"status\":\"disabled\"}|false|false",
                "cooling|{\"cooldown_until\":null}|true|true",
                "error|{\"cooldown_until\":null}|false|true",
                "disabled|{\"status\":\"disabled\",\"enabled\":true}|false|true",
                "healthy|{}|false|true"
            })
    void statusAsksForAClearOrADisable(String current, String body, boolean clear, boolean enabled) {
        ProviderChange change = updated(created(""), current, body).toOptional().orElseThrow();

        assertThat(change.clear()).isEqualTo(clear);
        assertThat(change.provider().enabled()).isEqualTo(enabled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"sick\"", "\"cooling\"", "\"error\"", "5", "null"})
    void otherStatusesAreRefused(String status) {
        assertThat(errors(reader.update(created(""), "healthy", json("{\"status\":" + status + "}"), LATER)))
                .containsExactly("status");
    }

    @ParameterizedTest
    @CsvSource({
        "https://h.example/v1/chat/completions, https://h.example/v1/chat/completions, openai-completions",
        "https://h.example/api/v4/messages, https://h.example/api/v4/messages, anthropic-messages",
        "https://h.example/v1/embeddings/?a=b, https://h.example/v1/chat/completions?a=b, openai-responses"
    })
    void anEndpointThatIsCutOffIsSaid(String base, String called, String api) {
        Parsed<ProviderChange> parsed = reader.create(
                "bkd_1",
                json("{\"name\":\"p\",\"api_key\":\"sk-ok-aaaa9999\",\"api_base_url\":\"" + base + "\",\"api\":\"" + api
                        + "\"}"),
                NOW);

        assertThat(parsed.warnings()).hasSize(1);
        assertThat(parsed.warnings().get(0))
                .startsWith("api_base_url: /")
                .endsWith("cut off, since each request brings" + " its own; a chat is sent to " + called);
    }

    @Test
    void unknownFieldsAreIgnoredAndNamed() {
        Parsed<ProviderChange> parsed =
                reader.create("bkd_1", base("\"colour\":1,\"model_mappings\":{\"m\":{\"size\":2}}"), NOW);

        assertThat(parsed.warnings())
                .containsExactlyInAnyOrder(
                        "colour is unknown and was ignored", "model_mappings.m.size is unknown and was ignored");
    }

    @Test
    void nothingPrintsTheKey() {
        assertThat(created("\"headers\":{\"X-A\":\"very-secret-value\"}").toString())
                .doesNotContain("sk-ok-aaaa9999")
                .doesNotContain("very-secret-value");
    }

    @Test
    void differingLimitsInsideAGroupAreWarnedOf() {
        Provider a = created("\"quota_group\":\"g\",\"rpm_limit\":40");
        Provider b = reader.create("bkd_2", base("\"quota_group\":\"g\",\"rpm_limit\":30,\"limiter\":\"bucket\""), NOW)
                .toOptional()
                .orElseThrow()
                .provider()
                .withName("p2");

        List<String> warnings = QuotaGroupWarnings.warnings(b, new ProviderCatalog(List.of(a, b)));

        assertThat(warnings)
                .containsExactly(
                        "rpm_limit differs inside quota group g: the smallest wins",
                        "limiter differs inside quota group g: window wins");
        assertThat(QuotaGroupWarnings.warnings(a, new ProviderCatalog(List.of(a))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069})
    void noNameTurnsTheDirectionOfWriting(int code) {
        String turned = "a" + (char) code + "b";
        for (String field : List.of("name", "label", "quota_group", "notes")) {
            assertThat(errors(reader.create("bkd_1", base("").put(field, turned), NOW)))
                    .as(field)
                    .containsExactly(field);
        }
        ObjectNode mapped = base("");
        mapped.putObject("model_mappings").putObject(turned).put("native_id", "n");
        assertThat(errors(reader.create("bkd_1", mapped, NOW))).hasSize(1);
        ObjectNode wired = base("");
        wired.putObject("model_mappings").putObject("m").put("native_id", turned);
        assertThat(errors(reader.create("bkd_1", wired, NOW))).hasSize(1);
    }
}
