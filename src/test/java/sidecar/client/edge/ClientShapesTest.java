package sidecar.client.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.client.ClientLimiter.ClientUsageView;
import sidecar.client.ClientPermissions;
import sidecar.client.ClientReader;
import sidecar.client.ClientToken;
import sidecar.client.HeartbeatForm;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Parsed;

/** The same client as the API takes it, as it is stored, answered and exported. */
class ClientShapesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T05:30:57.123Z");
    private static final String SMALL = "{'name':'ann'}";
    private static final String FULL = "{'name':'ann','enabled':false,'rpm_limit':7,'tpm_limit':20,'max_concurrency':3,"
            + "'budget_day_usd':2.50,'budget_month_usd':0.000000001,'models':['m','vendor/x'],"
            + "'cidrs':['10.0.0.0/8','fd00::/8'],'expires_at':'2099-01-31T00:00:00.123Z','may_pin':true,"
            + "'strict_translation':true,'heartbeat':'chunk'}";

    private static final ClientUsageView USAGE = new ClientUsageView(
            1, 2, Duration.ofSeconds(3), 4, new BigDecimal("0.5"), new BigDecimal("6"), new BigDecimal("0.25"));

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.read(text.replace('\'', '"'));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ClientToken blank(String id) {
        return new ClientToken(id, "", false, "ab".repeat(32), "sk-****ab", ClientPermissions.usual(false), NOW, NOW);
    }

    private static ClientToken client(String text) {
        return ClientReader.create(blank("cli_000000000001"), json(text), NOW)
                .toOptional()
                .orElseThrow();
    }

    private static ObjectNode view(ClientToken client) {
        return ClientView.write(client, USAGE, NOW, List.of("now"));
    }

    private static String oneLine(String json) {
        return json.replace("\n", "").replace('\'', '"');
    }

    @Test
    void theApiAnswersEveryMemberInItsOrder() {
        assertThat(Json.write(view(client(FULL)))).isEqualTo(oneLine("""
                {'id':'cli_000000000001','name':'ann','enabled':false,'state':'disabled','hint':'sk-****ab',
                'rpm_limit':7,'tpm_limit':20,'max_concurrency':3,'budget_day_usd':2.5,'budget_month_usd':1E-9,
                'models':['m','vendor/x'],'cidrs':['10.0.0.0/8','fd00::/8'],
                'expires_at':'2099-01-31T00:00:00.123Z','may_pin':true,'strict_translation':true,
                'heartbeat':'chunk','source':'admin',
                'used':{'requests_minute':1,'tokens_minute':2,'running':4,'day_usd':0.5,'month_usd':6,
                'reserved_usd':0.25},'created_at':'2026-11-23T05:30:57.123Z',
                'updated_at':'2026-11-23T05:30:57.123Z','warnings':['now']}"""));
    }

    @Test
    void whatIsNotSetIsNullOrEmpty() {
        assertThat(Json.write(view(client(SMALL)))).isEqualTo(oneLine("""
                {'id':'cli_000000000001','name':'ann','enabled':true,'state':'active','hint':'sk-****ab',
                'rpm_limit':null,'tpm_limit':null,'max_concurrency':null,'budget_day_usd':null,
                'budget_month_usd':null,'models':[],'cidrs':[],'expires_at':null,'may_pin':false,
                'strict_translation':false,'heartbeat':'comment','source':'admin','used':{'requests_minute':1,'tokens_minute':2,'running':4,'day_usd':0.5,
                'month_usd':6,'reserved_usd':0.25},'created_at':'2026-11-23T05:30:57.123Z',
                'updated_at':'2026-11-23T05:30:57.123Z','warnings':['now']}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {SMALL, FULL})
    void whatIsStoredIsReadBackTheSame(String text) {
        ClientToken client = client(text);

        assertThat(new ClientEntity(client).client()).isEqualTo(client);
    }

    @Test
    void aStoredHeartbeatOfAnotherFormIsNotReadAsAnyOfThem() {
        ClientEntity row = new ClientEntity(client(FULL));
        row.heartbeat = "event";

        assertThatThrownBy(row::client)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the stored heartbeat breaks its rule");
    }

    @ParameterizedTest
    @ValueSource(strings = {SMALL, FULL})
    void whatIsExportedIsTheSameClientElsewhereAndChangesNothingHere(String text) {
        ClientToken client = client(text);
        ObjectNode exported = view(client).remove(ClientReader.READ_ONLY);

        Parsed<ClientToken> elsewhere = ClientReader.carriedNew(blank("cli_000000000002"), exported, NOW);
        ClientToken carried = elsewhere.toOptional().orElseThrow();
        assertThat(carried.name()).isEqualTo("ann");
        assertThat(carried.permissions()).isEqualTo(client.permissions());
        assertThat(elsewhere.warnings()).isEmpty();
        assertThat(ClientReader.carried(client, exported, NOW).toOptional()).contains(client);
    }

    /** Of a Sidecar that did not know them yet. */
    @Test
    void whatAnOlderExportDoesNotNameIsUsualElsewhereAndStaysHere() {
        ClientToken client = client(FULL);
        ObjectNode older = view(client).remove(ClientReader.READ_ONLY);
        older.remove(List.of("strict_translation", "heartbeat"));

        ClientPermissions elsewhere = ClientReader.carriedNew(blank("cli_000000000002"), older, NOW)
                .toOptional()
                .orElseThrow()
                .permissions();
        assertThat(elsewhere.strictTranslation()).isFalse();
        assertThat(elsewhere.heartbeat()).isEqualTo(HeartbeatForm.COMMENT);
        assertThat(ClientReader.carried(client, older, NOW).toOptional()).contains(client);
    }
}
