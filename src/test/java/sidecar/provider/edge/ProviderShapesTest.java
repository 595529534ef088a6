package sidecar.provider.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.provider.AccountIdentity;
import sidecar.provider.HealthLevel;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusView;
import sidecar.provider.reader.ProviderReader;
import sidecar.vault.KeyVault;

/** The same provider as the API takes it, as it is stored, answered and exported. */
class ProviderShapesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T05:30:57.123Z");
    private static final String SMALL =
            "{'name':'p','api_base_url':'https://api.example.com','api_key':'sk-0123456789abcdef'}";
    private static final String FULL = "{'name':'one','label':'team','api_base_url':'https://api.example.com/v1',"
            + "'api_key':'sk-0123456789abcdef','api':'anthropic-messages','timeout_seconds':5,'rpm_limit':7,"
            + "'rpd_limit':10,'tpm_limit':20,'max_concurrency':3,'quota_group':'g','limiter':'bucket',"
            + "'cooldown_scope':'model','pool':'fallback','weight':4,'enabled':false,'source':'env','notes':'a\\nb',"
            + "'metadata':{'z':null},'headers':{'X-A':'0123456789','X-B':null},'model_mappings':{'m':{}}}";

    private static final ProviderStatusView STATUS = new ProviderStatusView(
            ProviderStatus.COOLING,
            HealthLevel.DEGRADED,
            "429",
            Optional.of(NOW),
            2,
            5,
            7,
            1,
            new ProviderStatusView.Lately(Optional.of(0.5), 3, Duration.ofMillis(9), 429),
            List.of("later"));

    private final KeyVault vault = new KeyVault("0123456789abcdef".repeat(4), Optional.empty());
    private final ProviderReader reader = new ProviderReader(
            new ProviderReader.Defaults(40, Duration.ofMinutes(2)), new AccountIdentity(vault::fingerprint));

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.read(text.replace('\'', '"'));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Provider provider(String text) {
        return reader.create("bkd_000000000001", json(text), NOW)
                .toOptional()
                .orElseThrow()
                .provider();
    }

    @Test
    void theApiAnswersEveryMemberInItsOrder() {
        assertThat(Json.write(ProviderView.write(provider(FULL), STATUS, List.of("now"))))
                .isEqualTo(oneLine("""
                {'id':'bkd_000000000001','name':'one','label':'team',
                'api_base_url':'https://api.example.com/v1','api':'anthropic-messages','timeout_seconds':5,
                'rpm_limit':7,'pool':'fallback','enabled':false,'status':'cooling',
                'model_mappings':{'m':{'native_id':'m','reasoning':false,'reasoning_effort':false,
                'input_modalities':['text'],'cost':{'input':0,'output':0,'cacheRead':0,'cacheWrite':0},
                'context_window':128000,'max_tokens':65536,'compat':{}}},'source':'env',
                'cooldown_until':'2026-11-23T05:30:57Z','consecutive_429_count':2,'metadata':{'z':null},
                'created_at':'2026-11-23T05:30:57Z','updated_at':'2026-11-23T05:30:57Z',
                'api_key':'sk-012****cdef','rpd_limit':10,'tpm_limit':20,'max_concurrency':3,
                'quota_group':'g','limiter':'bucket','cooldown_scope':'model','weight':4,
                'health':'degraded','reason':'429','window_used':5,'window_limit':7,'in_flight':1,
                'success_rate':0.5,'consecutive_failures':3,'last_latency_ms':9,'last_status':429,
                'headers':{'X-A':'01****','X-B':null},'notes':'a\\nb',
                'request_url':'https://api.example.com/v1/messages','warnings':['now','later']}"""));
    }

    @Test
    void whatIsNotSetIsNullOrEmpty() {
        assertThat(Json.write(ProviderView.write(provider(SMALL), STATUS, List.of())))
                .isEqualTo(oneLine("""
                {'id':'bkd_000000000001','name':'p','label':'','api_base_url':'https://api.example.com',
                'api':'openai-completions','timeout_seconds':120,'rpm_limit':40,'pool':'primary',
                'enabled':true,'status':'cooling','model_mappings':{},'source':'webui',
                'cooldown_until':'2026-11-23T05:30:57Z','consecutive_429_count':2,'metadata':{},
                'created_at':'2026-11-23T05:30:57Z','updated_at':'2026-11-23T05:30:57Z',
                'api_key':'sk-012****cdef','rpd_limit':null,'tpm_limit':null,'max_concurrency':null,
                'quota_group':null,'limiter':'window','cooldown_scope':'auto','weight':1,
                'health':'degraded','reason':'429','window_used':5,'window_limit':7,'in_flight':1,
                'success_rate':0.5,'consecutive_failures':3,'last_latency_ms':9,'last_status':429,
                'headers':{},'notes':'','request_url':'https://api.example.com/v1/chat/completions',
                'warnings':['later']}"""));
    }

    @Test
    void anExportHasWhatIsNotComputedAndTheSecretsApart() {
        assertThat(Json.write(ExportedProvider.write(provider(FULL), STATUS))).isEqualTo(oneLine("""
                {'id':'bkd_000000000001','name':'one','label':'team',
                'api_base_url':'https://api.example.com/v1','api':'anthropic-messages','timeout_seconds':5,
                'rpm_limit':7,'pool':'fallback','enabled':false,'model_mappings':{'m':{'native_id':'m',
                'reasoning':false,'reasoning_effort':false,'input_modalities':['text'],'cost':{'input':0,
                'output':0,'cacheRead':0,'cacheWrite':0},'context_window':128000,'max_tokens':65536,
                'compat':{}}},'source':'env','metadata':{'z':null},'rpd_limit':10,'tpm_limit':20,
                'max_concurrency':3,'quota_group':'g','limiter':'bucket','cooldown_scope':'model',
                'weight':4,'headers':{'X-B':null},'notes':'a\\nb','secret_headers':['X-A'],
                'created_at':'2026-11-23T05:30:57.123Z'}"""));
        assertThat(Json.write(ExportedProvider.secrets(provider(FULL)))).isEqualTo(oneLine("""
                {'api_base_url':'https://api.example.com/v1','api_key':'sk-0123456789abcdef',
                'headers':{'X-A':'0123456789'}}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {SMALL, FULL})
    void aStoredProviderIsReadAsItWasWritten(String text) {
        ProviderEntityMapper mapper = new ProviderEntityMapper(vault);
        Provider provider = provider(text);
        ProviderEntity row = new ProviderEntity(provider.id(), 1);

        mapper.write(provider, row);

        assertThat(mapper.read(row)).isEqualTo(provider);
    }

    @Test
    void whatWasAnsweredMayBePutBack() {
        Provider provider = provider(FULL);
        ObjectNode answer = ProviderView.write(provider, STATUS, List.of());

        Provider after = reader.update(provider, "cooling", answer, NOW)
                .toOptional()
                .orElseThrow()
                .provider();

        assertThat(after).isEqualTo(provider);
    }

    /** A value that no field takes, so that each says its rule. */
    @Test
    void everyRuleIsSaidInTheOrderOfTheFields() {
        ObjectNode bad = json(FULL);
        bad.fieldNames().forEachRemaining(name -> bad.put(name, "\u0007"));
        ObjectNode wrongType = json(FULL);
        wrongType.fieldNames().forEachRemaining(name -> wrongType.putArray(name).add(-1));

        assertThat(said(reader.create("bkd_1", bad, NOW).errors())).isEqualTo("""
                name must not contain control characters
                api_base_url must be plain ASCII without spaces, backslashes or control characters
                api must be one of openai-completions, openai-responses, anthropic-messages
                api_key must have 1 to 4096 printable ASCII characters and no spaces inside
                timeout_seconds must be an integer from 1 to 3600, was "?"
                headers must be an object
                rpm_limit must be an integer from 0 to 1000000, was "?"
                rpd_limit must be an integer from 0 to 2147483647, was "?"
                tpm_limit must be an integer from 0 to 2147483647, was "?"
                max_concurrency must be an integer from 0 to 2147483647, was "?"
                quota_group must not contain control characters
                limiter must be one of window, bucket
                cooldown_scope must be one of auto, provider, model
                label must not contain control characters
                pool must be one of primary, fallback
                weight must be an integer from 1 to 1000000, was "?"
                enabled must be true or false
                model_mappings must be an object
                source must be one of webui, env, import
                notes must be a string of at most 4000 characters without control characters
                metadata must be an object
                """);
        assertThat(said(reader.update(provider(FULL), "healthy", wrongType, NOW).errors()))
                .isEqualTo("""
                name must be a string
                api_base_url must be a string
                api must be one of openai-completions, openai-responses, anthropic-messages
                api_key must be a string
                timeout_seconds must be an integer from 1 to 3600, was [-1]
                headers must be an object
                rpm_limit must be an integer from 0 to 1000000, was [-1]
                rpd_limit must be an integer from 0 to 2147483647, was [-1]
                tpm_limit must be an integer from 0 to 2147483647, was [-1]
                max_concurrency must be an integer from 0 to 2147483647, was [-1]
                quota_group must be a string
                limiter must be one of window, bucket
                cooldown_scope must be one of auto, provider, model
                label must be a string
                pool must be one of primary, fallback
                weight must be an integer from 1 to 1000000, was [-1]
                enabled must be true or false
                model_mappings must be an object
                source must be one of webui, env, import
                notes must be a string of at most 4000 characters without control characters
                metadata must be an object
                """);
    }

    @Test
    void aTextMayHaveSoManyCharacters() {
        String long101 = "x".repeat(101);
        ObjectNode update =
                json("{'name':'" + long101 + "','label':'" + long101 + "','quota_group':'" + long101 + "'}");

        assertThat(said(reader.update(provider(SMALL), update, NOW).errors())).isEqualTo("""
                name must have 1 to 100 characters, has 101
                quota_group must have 0 to 100 characters, has 101
                label must have 0 to 100 characters, has 101
                """);
    }

    @Test
    void aMissingNameIsSaidBeforeWhatElseIsWrong() {
        assertThat(said(reader.create("bkd_1", json("{'name':' ','label':7,'api_key':'sk-0123456789abcdef'}"), NOW)
                        .errors()))
                .isEqualTo("""
                Missing required field: name
                Missing required field: api_base_url
                label must be a string
                """);
    }

    /** Without its line breaks, which no expected text has, and with double quotes. */
    private static String oneLine(String text) {
        return text.replace("\n", "").replace('\'', '"');
    }

    private static String said(List<FieldError> errors) {
        StringBuilder said = new StringBuilder();
        errors.forEach(error -> said.append(error.message()).append('\n'));
        return said.toString();
    }
}
