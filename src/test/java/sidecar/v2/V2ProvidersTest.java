package sidecar.v2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.json.Json;
import sidecar.provider.AccountIdentity;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.provider.reader.ProviderReader;

class V2ProvidersTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private final V2Providers reader = new V2Providers(
            new ProviderReader(
                    new ProviderReader.Defaults(40, Duration.ofMinutes(2)),
                    new AccountIdentity(key -> "#" + key.hashCode())),
            stored -> stored.startsWith("sealed ") ? Optional.of(stored.substring(7)) : Optional.empty());

    private static ObjectNode row() {
        return Json.object()
                .put("id", "bkd_19c0da315487")
                .put("name", "p1")
                .put("label", "nvidia")
                .put("api_base_url", "http://127.0.0.1:9280")
                .put("api_key", "sealed sk-ok-aaaa0001")
                .put("api", "openai-completions")
                .put("timeout_seconds", 5)
                .put("rpm_limit", 100)
                .put("pool", "fallback")
                .put("enabled", 1)
                .put("status", "cooling")
                .put("model_mappings", "{\"canon-a\":{\"native_id\":\"native-a\"}}")
                .put("source", "env")
                .put("metadata", "{\"owner\":\"ops\"}")
                .put("created_at", "2025-11-23T05:30:57Z")
                .put("updated_at", "2025-11-24 05:30:57");
    }

    private V2Providers.V2ProviderRow read(ObjectNode row) {
        return reader.read(row, NOW);
    }

    @Test
    void everyFieldIsKept() {
        V2Providers.V2ProviderRow row = read(row());

        assertThat(row.reasons()).isEmpty();
        assertThat(row.notes()).isEmpty();
        Provider provider = row.provider().orElseThrow();
        assertThat(provider.id()).isEqualTo("bkd_19c0da315487");
        assertThat(provider.label()).isEqualTo("nvidia");
        assertThat(provider.endpoint().key().orElseThrow().reveal()).isEqualTo("sk-ok-aaaa0001");
        assertThat(provider.endpoint().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(provider.limits().rpm()).isEqualTo(100);
        assertThat(provider.pool()).isEqualTo(PoolTier.FALLBACK);
        assertThat(provider.enabled()).isTrue();
        assertThat(provider.mappings()).containsOnlyKeys("canon-a");
        assertThat(provider.provenance().source()).isEqualTo("env");
        assertThat(provider.provenance().metadata()).containsEntry("owner", "ops");
        assertThat(provider.provenance().createdAt()).isEqualTo("2025-11-23T05:30:57Z");
        assertThat(provider.provenance().updatedAt()).isEqualTo("2025-11-24T05:30:57Z");
    }

    @Test
    void switchedOffStaysOff() {
        assertThat(read(row().put("enabled", 0)).provider().orElseThrow().enabled())
                .isFalse();
        assertThat(read(row().put("status", "disabled"))
                        .provider()
                        .orElseThrow()
                        .enabled())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "api_key, other sk, its key was sealed with another SIDECAR_ENCRYPTION_KEY",
        "api_key, '', it has no key",
        "api_key, sealed sk-ok-****9999, api_key is a mask; give the key itself",
        "model_mappings, '{\"m\":', model_mappings is not JSON",
        "model_mappings, '{\"m\":\"str\"}', model_mappings.m",
        "api_base_url, not a url, api_base_url",
        "rpm_limit, abc, rpm_limit must be an integer",
        "pool, weird, pool must be one of",
        "id, a b, its id is not one of V2's"
    })
    void whatBreaksARuleIsLeftOutWithItsReason(String column, String value, String reason) {
        V2Providers.V2ProviderRow row = read(row().put(column, value));

        assertThat(row.provider()).isEmpty();
        assertThat(row.reasons()).anyMatch(said -> said.contains(reason));
        assertThat(row.toString()).doesNotContain("sk-ok-aaaa0001");
    }

    @Test
    void aLimitOfNothingBecomesTheDefaultAndIsSaid() {
        V2Providers.V2ProviderRow row = read(row().put("rpm_limit", 0));

        assertThat(row.provider().orElseThrow().limits().rpm()).isEqualTo(40);
        assertThat(row.notes()).singleElement().asString().contains("rpm_limit was 0");
    }
}
