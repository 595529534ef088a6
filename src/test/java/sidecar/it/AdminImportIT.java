package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Reply;

/** Imports by {@code /api/admin}. */
class AdminImportIT extends AdminRequests {

    static Stream<Arguments> imports() {
        return Stream.of(
                Arguments.of(
                        "bare keys", "nvapi-key-000001\nnvapi-key-000002\n", "?base_url=http://127.0.0.1:9&models=m"),
                Arguments.of("CSV", """
                        name,api_base_url,api_key
                        a,http://127.0.0.1:9,nvapi-key-000001
                        b,http://127.0.0.1:9,nvapi-key-000002
                        """, "?models=m"),
                Arguments.of(
                        "JSON",
                        "[{\"name\":\"a\",\"api_base_url\":\"http://127.0.0.1:9\",\"api_key\":\"nvapi-key-000001\"},"
                                + "{\"name\":\"b\",\"api_base_url\":\"http://127.0.0.1:9\",\"api_key\":\"nvapi-key-000002\"}]",
                        ""),
                Arguments.of(
                        ".env",
                        "# keys\nNVIDIA_API_KEY_1=nvapi-key-000001\nexport NVIDIA_API_KEY_2=\"nvapi-key-000002\"\n",
                        "?base_url=http://127.0.0.1:9&models=m"),
                Arguments.of(
                        "openclaw.json",
                        "{ // mine\n \"models\": {\"providers\": {\"a\": {\"baseUrl\": \"http://127.0.0.1:9/v1\", \"apiKey\":"
                                + " \"nvapi-key-000001\", \"api\": \"openai-completions\", \"models\": [{\"id\": \"m\","
                                + " \"cost\": {\"input\": 1, \"output\": 2}, \"contextWindow\": 1000, \"maxTokens\": 10},]},"
                                + "\"b\": {\"baseUrl\": \"http://127.0.0.1:9/v1\", \"apiKey\": \"nvapi-key-000002\","
                                + " \"models\": [{\"id\": \"m\"}]}}}}",
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("imports")
    void manyProvidersComeInAtOnceAndASecondTimeNotAtAll(String name, String text, String query) {
        Reply dry = importing(text, query.isEmpty() ? "?dry_run=true" : query + "&dry_run=true");
        assertThat(dry.status()).as(dry.toString()).isEqualTo(200);
        assertThat(gateway().providers()).isEmpty();

        Reply done = importing(text, query);
        Reply again = importing(text, query);

        assertThat(done.status()).as(done.toString()).isEqualTo(200);
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThat(gateway().providers()).hasSize(2);
        assertThat(gateway().providers())
                .allSatisfy(one -> assertThat(one.path("source").asText()).isEqualTo("import"));
        assertThat(done.text() + dry.text() + again.text()).doesNotContain("nvapi-key-000001");
        if (name.equals("openclaw.json")) {
            JsonNode cost = gateway()
                    .provider(names("/backends").get(0))
                    .path("model_mappings")
                    .path("m")
                    .path("cost");
            assertThat(cost.path("input").asDouble()).isEqualTo(1e-6);
            assertThat(cost.path("output").asDouble()).isEqualTo(2e-6);
        }
    }

    private Reply importing(String text, String query) {
        return gateway()
                .call(
                        "POST",
                        "/api/admin/backends/import" + query,
                        text.getBytes(UTF_8),
                        "Authorization",
                        "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"),
                        "Content-Type",
                        "text/plain");
    }

    @Test
    void anImportWithOneBadEntryStoresNothing() {
        Reply reply = importing(
                "name,api_base_url,api_key\na,http://127.0.0.1:9,nvapi-key-000001\nb,not a url,nvapi-key-000002\n", "");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        assertClean(reply);
        assertThat(gateway().providers()).isEmpty();
    }
}
