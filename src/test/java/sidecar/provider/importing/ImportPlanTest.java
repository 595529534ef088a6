package sidecar.provider.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.json.Json;
import sidecar.provider.AccountIdentity;
import sidecar.provider.ApiProtocol;
import sidecar.provider.ModelMapping;
import sidecar.provider.PoolTier;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.Secret;
import sidecar.provider.reader.ProviderReader;

class ImportPlanTest {

    private static final String NIM = "https://integrate.api.nvidia.com/v1";

    private final ProviderReader reader = new ProviderReader(
            new ProviderReader.Defaults(40, Duration.ofMinutes(2)), new AccountIdentity(key -> "#" + key.hashCode()));
    private ProviderCatalog catalog = ProviderCatalog.EMPTY;

    private ImportPlan plan(String text, ImportOptions options) {
        AtomicInteger ids = new AtomicInteger();
        return ImportPlan.of(text, options, catalog, reader, () -> "bkd_" + ids.incrementAndGet(), Instant.EPOCH);
    }

    private static ImportOptions options(ObjectNode defaults) {
        return new ImportOptions(Optional.empty(), defaults, "", Optional.empty());
    }

    private static ImportOptions nothingSaid() {
        return options(Json.object());
    }

    private static ImportOptions nim() {
        return options(Json.object().put("api_base_url", NIM));
    }

    private static List<String> names(ImportPlan plan) {
        return plan.providers().stream().map(Provider::name).toList();
    }

    private static List<String> keys(ImportPlan plan) {
        return plan.providers().stream()
                .map(p -> p.endpoint().key().map(Secret::reveal).orElse(""))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nvapi-aaaa1\nnvapi-bbbb2\r\nnvapi-cccc3\n",
                "nvapi-aaaa1,nvapi-bbbb2, nvapi-cccc3",
                "nvapi-aaaa1;nvapi-bbbb2 | nvapi-cccc3",
                "  \"nvapi-aaaa1\" 'nvapi-bbbb2'\tnvapi-cccc3  ",
                "[\"nvapi-aaaa1\", \"nvapi-bbbb2\", \"nvapi-cccc3\"]"
            })
    void keysInAnyShapeAreFound(String text) {
        ImportPlan plan = plan(text, nim());

        assertThat(plan.errors()).isEmpty();
        assertThat(keys(plan)).containsExactly("nvapi-aaaa1", "nvapi-bbbb2", "nvapi-cccc3");
        assertThat(names(plan)).containsExactly("nvidia-1", "nvidia-2", "nvidia-3");
        assertThat(plan.providers()).allMatch(p -> p.provenance().source().equals("import"));
    }

    @Test
    void keysWithoutAnAddressAreErrors() {
        ImportPlan plan = plan("nvapi-aaaa1\nnvapi-bbbb2", nothingSaid());

        assertThat(plan.providers()).isEmpty();
        assertThat(plan.errors())
                .hasSize(2)
                .allMatch(e -> e.message().contains("Missing required field: api_base_url"));
    }

    @Test
    void aKeyThatIsThereAlreadyIsSkippedAndNamed() {
        catalog = new ProviderCatalog(plan("nvapi-aaaa1", nim()).providers());

        ImportPlan plan = plan("nvapi-aaaa1 nvapi-bbbb2 nvapi-bbbb2", nim());

        assertThat(keys(plan)).containsExactly("nvapi-bbbb2");
        assertThat(names(plan)).containsExactly("nvidia-2");
        assertThat(plan.skipped())
                .containsExactly(
                        new ImportPlan.Skipped("line 1", "nvidia-1"), new ImportPlan.Skipped("line 1", "nvidia-2"));
    }

    @Test
    void theSameAccountIsPutOnAll() {
        ImportOptions options = new ImportOptions(
                Optional.of(ImportFormat.KEYS),
                Json.object().put("api_base_url", NIM),
                "nim",
                Optional.of("my account"));

        ImportPlan plan = plan("nvapi-aaaa1 nvapi-bbbb2", options);

        assertThat(plan.providers()).allMatch(p -> p.group().equals("my account"));
        assertThat(names(plan)).containsExactly("nim-1", "nim-2");
    }

    @Test
    void csvIsReadByItsHeader() {
        String text = """
            name;api_key;base_url;rpm;models;enabled
            "one;1";"sk-with-semis-1";http://h1;10;m1|m2;true

            two;sk-two-22;http://h2;;;false
            """;

        ImportPlan plan = plan(text, nothingSaid());

        assertThat(plan.errors()).isEmpty();
        assertThat(names(plan)).containsExactly("one;1", "two");
        assertThat(plan.providers().get(0).limits().rpm()).isEqualTo(10);
        assertThat(plan.providers().get(0).mappings()).containsOnlyKeys("m1", "m2");
        assertThat(keys(plan)).containsExactly("sk-with-semis-1", "sk-two-22");
        assertThat(plan.providers().get(1).limits().rpm()).isEqualTo(40);
        assertThat(plan.providers().get(1).enabled()).isFalse();
    }

    @Test
    void everyColumnIsReadByTheTypeOfItsField() {
        ImportDrafts drafts = new ImportDrafts();

        CsvImport.read("""
                name;label;api;key;url;timeout;rpm;rpd limit;tpm-limit;max_concurrency;quota_group;limiter;cooldown_scope;pool;weight;enabled;source;notes;metadata
                1;2;3;sk-one-11;4;5;6;7;8;9;10;window;auto;primary;11;True;env;12;{"a":1}
                """, drafts);

        assertThat(drafts.errors()).isEmpty();
        assertThat(drafts.drafts())
                .singleElement()
                .satisfies(draft -> assertThat(Json.write(draft.body()))
                        .isEqualTo("{'name':'1','label':'2','api':'3','api_key':'sk-one-11','api_base_url':'4',"
                                .concat(
                                        "'timeout_seconds':5,'rpm_limit':6,'rpd_limit':7,'tpm_limit':8,'max_concurrency':9,")
                                .concat(
                                        "'quota_group':'10','limiter':'window','cooldown_scope':'auto','pool':'primary',")
                                .concat("'weight':11,'enabled':true,'source':'env','notes':'12','metadata':{'a':1}}")
                                .replace('\'', '"')));
    }

    @Test
    void aBadRowIsNamedWithItsField() {
        ImportPlan plan =
                plan("api_key,rpm_limit,base_url\nsk-one-11,abc,http://h\nsk-two-22,5,ftp://h\n", nothingSaid());

        assertThat(plan.errors())
                .extracting(e -> e.message())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("line 2: rpm_limit must be an integer"),
                        second -> assertThat(second).startsWith("line 3: api_base_url must begin with http"));
    }

    /** A key must not go to another vendor than the one whose address stands beside it. */
    @Test
    void aKeyWithoutAVendorBelongsToTheAddressWithoutOne() {
        for (String name : List.of("BASE_URL", "API_BASE_URL", "URL", "ENDPOINT")) {
            ImportPlan plan =
                    plan("API_KEY=sk-deep-000000001\n" + name + "=https://api.deepinfra.com/v1/openai", nothingSaid());

            assertThat(plan.errors()).isEmpty();
            assertThat(plan.providers().get(0).endpoint().url())
                    .as(name)
                    .hasToString("https://api.deepinfra.com/v1/openai");
        }
    }

    @Test
    void anthropicsKeyGoesToAnthropicInItsOwnProtocol() {
        ImportPlan plan = plan("ANTHROPIC_API_KEY=sk-ant-api03-000000001", nothingSaid());

        assertThat(plan.errors()).isEmpty();
        assertThat(plan.providers().get(0).endpoint().url()).hasToString("https://api.anthropic.com");
        assertThat(plan.providers().get(0).endpoint().api()).isEqualTo(ApiProtocol.ANTHROPIC_MESSAGES);
    }

    @Test
    void envLinesAreReadByTheirNames() {
        String text = """
            # my keys
            export NVIDIA_API_KEY_1=nvapi-aaaa1
            NVIDIA_API_KEY_2="nvapi-bbbb2" # second
            ACME_BASE_URL=https://acme.example/v1
            ACME_API_KEY='sk-acme-1'
            DEBUG=1
            SIDECAR_API_KEY=not-this-one
            EMPTY_API_KEY=
            """;

        ImportPlan plan = plan(text, nothingSaid());

        assertThat(plan.errors()).isEmpty();
        assertThat(names(plan)).containsExactly("nvidia-1", "nvidia-2", "acme");
        assertThat(plan.providers().get(0).endpoint().url()).hasToString(NIM);
        assertThat(plan.providers().get(2).endpoint().url()).hasToString("https://acme.example/v1");
        assertThat(plan.leftOut())
                .containsExactly(
                        new ImportPlan.LeftOut("line 6, DEBUG", "is not named like a provider's key"),
                        new ImportPlan.LeftOut("line 7, SIDECAR_API_KEY", "is not named like a provider's key"),
                        new ImportPlan.LeftOut("line 8, EMPTY_API_KEY", "has no key"));
    }

    @Test
    void openClawPricesArePerMillionAndDividedExactly() {
        String text = """
            {
              // twelve of these
              models: { mode: 'merge', providers: {
                'nvidia-1': { baseUrl: "https://integrate.api.nvidia.com/v1", apiKey: "nvapi-aaaa1",
                  api: "openai-completions",
                  models: [{ id: "meta/llama", name: "Llama", reasoning: true, input: ["text", "image"],
                    cost: { input: 0.1, output: 15, cacheRead: 0.0125, cacheWrite: 0 },
                    contextWindow: 200000, maxTokens: 8192 }, ] },
                "old-style": { baseUrl: "http://h/v1", apiKey: "sk-old-style-1",
                  models: { "m": { contextWindow: 1000 } } },
              } },
            }
            """;

        ImportPlan plan = plan(text, nothingSaid());

        assertThat(plan.errors()).isEmpty();
        ModelMapping mapping = plan.providers().get(0).mapping("meta/llama").orElseThrow();
        assertThat(mapping.cost().input()).isEqualByComparingTo(new BigDecimal("0.0000001"));
        assertThat(mapping.cost().output()).isEqualByComparingTo(new BigDecimal("0.000015"));
        assertThat(mapping.cost().cacheRead()).isEqualByComparingTo(new BigDecimal("0.0000000125"));
        assertThat(mapping.contextWindow()).isEqualTo(200_000);
        assertThat(mapping.maxTokens()).isEqualTo(8_192);
        assertThat(mapping.reasoning()).isTrue();
        assertThat(mapping.inputModalities()).containsExactly("text", "image");
        assertThat(plan.providers().get(1).mapping("m").orElseThrow().contextWindow())
                .isEqualTo(1_000);
    }

    @Test
    void anOpenClawKeyThatTheFileDoesNotHoldIsLeftOut() {
        ImportPlan plan = plan(
                "{\"models\":{\"providers\":{\"a\":{\"baseUrl\":\"http://h\",\"apiKey\":\"${NVIDIA_API_KEY}\"}}}}",
                nothingSaid());

        assertThat(plan.leftOut())
                .containsExactly(
                        new ImportPlan.LeftOut("models.providers.a", "is a reference whose value is not in the text"));
        assertThat(plan.errors())
                .singleElement()
                .satisfies(e -> assertThat(e.message()).isEqualTo("the import holds no key"));
    }

    @Test
    void anExportedListIsReadButMaskedKeysAreErrors() {
        String list =
                "[{\"id\":\"bkd_x\",\"name\":\"a\",\"api_base_url\":\"http://h\",\"api_key\":\"%s\",\"status\":\"cooling\"}]";

        ImportPlan good = plan(list.formatted("a-real-key-1"), nothingSaid());
        ImportPlan masked = plan(list.formatted("sk-ok-****0001"), nothingSaid());

        assertThat(names(good)).containsExactly("a");
        assertThat(masked.errors())
                .singleElement()
                .satisfies(e -> assertThat(e.message()).contains("is a mask"));
    }

    @Test
    void namesAreMadeUnique() {
        String two = "[{\"name\":\"a\",\"api_base_url\":\"http://h\",\"api_key\":\"a-real-key-1\"},"
                + "{\"name\":\"a\",\"api_base_url\":\"http://h\",\"api_key\":\"a-real-key-2\"}]";

        assertThat(names(plan(two, nothingSaid()))).containsExactly("a", "a-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "  \n ", "{", "{}", "[]", "[5]", "{\"models\":5}", "short", "# only a comment", "A=1\nB=2"})
    void aTextWithoutKeysIsAnErrorOrMakesNothing(String text) {
        ImportPlan plan = plan(text, nim());

        assertThat(plan.providers()).isEmpty();
        assertThat(plan.errors()).isNotEmpty();
    }

    @Test
    void anEnvelopeCarriesTextAndOptions() {
        String body =
                "{\"text\":\"nvapi-aaaa1\",\"base_url\":\"%s\",\"models\":[\"m1\",\"m2\"],\"pool\":\"fallback\",\"dry_run\":true,\"defaults\":{\"rpm_limit\":5}}"
                        .formatted(NIM);

        ImportRequest request =
                ImportRequest.read(body, name -> null).toOptional().orElseThrow();
        Provider provider = plan(request.text(), request.options()).providers().get(0);

        assertThat(request.dryRun()).isTrue();
        assertThat(provider.pool()).isEqualTo(PoolTier.FALLBACK);
        assertThat(provider.mappings()).containsOnlyKeys("m1", "m2");
        assertThat(provider.limits().rpm()).isEqualTo(5);
    }

    @Test
    void aPlainTextTakesItsOptionsFromTheQuery() {
        Map<String, String> query = Map.of("base_url", NIM, "models", "m1,m2", "quota_group", "g");

        ImportRequest request =
                ImportRequest.read("nvapi-aaaa1", query::get).toOptional().orElseThrow();
        Provider provider = plan(request.text(), request.options()).providers().get(0);

        assertThat(request.dryRun()).isFalse();
        assertThat(provider.group()).isEqualTo("g");
        assertThat(provider.mappings()).containsOnlyKeys("m1", "m2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"x\",\"dry_run\":\"maybe\"}",
                "{\"text\":\"x\",\"format\":\"zip\"}",
                "{\"text\":\"x\",\"models\":[1]}",
                "{\"text\":\"x\",\"defaults\":[]}",
                "{\"text\":\"x\",\"colour\":1}"
            })
    void badOptionsAreRefused(String body) {
        assertThat(ImportRequest.read(body, name -> null).errors()).isNotEmpty();
    }

    /** A line of so many spaces is read once, not once for each of them: that would take hours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ACME_API_KEY=x%sy",
                "ACME_API_KEY=x%s",
                "ACME_API_KEY%s",
                "%sACME_API_KEY",
                "export%sACME_API_KEY%s=%sx%s",
                "ACME_API_KEY=\"x%s",
                "ACME_API_KEY=\"x\"%sy",
                "name,%sx\nkey"
            })
    void longLinesAreReadInLinearTime(String line) {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
            for (String filler : List.of(" ", "\t", "_", "\"", "#", " #", "=")) {
                String text = line.replace("%s", filler.repeat(400_000));
                ImportDrafts drafts = new ImportDrafts();
                LineImport.read(text, drafts);
                ImportFormat.guess(text);
            }
        });
    }
}
