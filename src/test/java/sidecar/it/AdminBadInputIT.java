package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Draft;
import sidecar.kit.Json;
import sidecar.kit.Reply;

/** A plain no to everything that is bad, by {@code /api/admin}. */
class AdminBadInputIT extends AdminRequests {

    static Stream<Arguments> badFields() {
        List<Arguments> all = new ArrayList<>();
        bad(all, "name", "\"\"", "\"   \"", "5", "null", "[]", "{}", "\"a\\u0000b\"", "\"a\\nb\"", quoted("x", 101));
        bad(all, "api_key", "5", "[]", "\"with space\"", "\"new\\nline\"", "\"naïve\"", quoted("k", 5000), "true");
        bad(all, "pool", "\"weird\"", "\"\"", "5", "[]", "\"PRIMARY \"");
        bad(all, "api", "\"grpc\"", "7", "\"\"");
        bad(all, "source", "\"api\"", "1");
        bad(all, "enabled", "\"false\"", "\"true\"", "0", "1", "[]");
        bad(all, "timeout_seconds", "0", "-5", "3601", "\"10\"", "1.5", "1e400", "true");
        bad(all, "rpm_limit", "-1", "1000001", "\"abc\"", "2.5", "99999999999999999999", "[]");
        bad(all, "rpd_limit", "-1", "\"x\"", "0.5");
        bad(all, "tpm_limit", "-1", "\"x\"");
        bad(all, "max_concurrency", "-1", "\"x\"");
        bad(all, "weight", "0", "-1", "\"x\"", "1.5");
        bad(all, "limiter", "\"leaky\"", "3");
        bad(all, "cooldown_scope", "\"all\"", "3");
        bad(all, "quota_group", "5", quoted("g", 300), "\"a\\u0001b\"");
        bad(all, "label", "5", "[]", "\"a\\u0007b\"");
        bad(all, "notes", "5", "[]");
        bad(all, "metadata", "\"x\"", "[]", "5");
        bad(
                all,
                "headers",
                "[]",
                "\"x\"",
                "{\"X\":5}",
                "{\"Bad Name\":\"x\"}",
                "{\"X\":\"a\\r\\nEvil: 1\"}",
                "{\"\":\"x\"}");
        bad(all, "headers", "{\"Host\":\"evil\"}", "{\"Content-Length\":\"5\"}", "{\"Transfer-Encoding\":\"chunked\"}");
        bad(all, "model_mappings", "[]", "\"x\"", "5", "{\"m\":\"str\"}", "{\"m\":5}", "{\"m\":[]}", "{\"\":{}}");
        bad(all, "model_mappings", "{\"m\":{\"native_id\":5}}", "{\"m\":{\"native_id\":\"\"}}", "{\"a\\nb\":{}}");
        bad(all, "model_mappings", "{\"m\":{\"cost\":5}}", "{\"m\":{\"cost\":{\"input\":-1}}}");
        bad(all, "model_mappings", "{\"m\":{\"cost\":{\"input\":\"1\"}}}", "{\"m\":{\"context_window\":-1}}");
        bad(all, "model_mappings", "{\"m\":{\"max_tokens\":\"x\"}}", "{\"m\":{\"input_modalities\":\"text\"}}");
        bad(all, "model_mappings", "{\"m\":{\"reasoning\":\"yes\"}}", "{\"m\":{\"compat\":[]}}");
        return all.stream();
    }

    static Stream<Arguments> badUrls() {
        List<Arguments> all = new ArrayList<>();
        for (String url : List.of(
                "not a url",
                "",
                "/v1",
                "ftp://example.com/v1",
                "file:///etc/passwd",
                "http://",
                "http:///v1",
                "http://user:pass@127.0.0.1/v1",
                "http://127.0.0.1:0/v1",
                "http://127.0.0.1:99999/v1",
                "http://127.0.0.1/v1?api_key=sk-1234567890",
                "http://127.0.0.1/v1#frag",
                "http://169.254.169.254/latest",
                "http://[fe80::1]/v1",
                "http://[fd00:ec2::254]/v1",
                "http://100.100.100.200/v1",
                "http://metadata.google.internal/v1",
                "http://METADATA.google.internal./v1",
                "http://metadata.goog/v1",
                "http://instance-data/v1",
                "http://0.0.0.0/v1",
                "http://[::]/v1",
                "http://224.0.0.1/v1",
                "http://[ff02::1]/v1",
                "http://2852039166/v1",
                "http://0xA9FEA9FE/v1",
                "http://0251.0376.0251.0376/v1",
                "http://169.254.43518/v1",
                "http://[::ffff:169.254.169.254]/v1",
                "http://[::ffff:a9fe:a9fe]/v1",
                "http://[64:ff9b::a9fe:a9fe]/v1",
                "http://[2002:a9fe:a9fe::]/v1",
                "http://127.0.0.1\\@evil/v1",
                "http://exa mple.com/v1",
                "http://127.0.0.1/v1\u0000",
                "javascript:alert(1)",
                "http://" + "a".repeat(3000) + ".example/v1")) {
            all.add(Arguments.of("api_base_url", Json.quoted(url)));
        }
        bad(all, "api_base_url", "5", "[]", "{}");
        return all.stream();
    }

    private static void bad(List<Arguments> all, String field, String... values) {
        for (String value : values) {
            all.add(Arguments.of(field, value));
        }
    }

    private static String quoted(String unit, int times) {
        return "\"" + unit.repeat(times) + "\"";
    }

    static Stream<Arguments> everyBadValue() {
        return Stream.concat(badFields(), badUrls());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyBadValue")
    void aBadValueIsRefusedByNameAndNothingIsStored(String field, String value) {
        ObjectNode good = Draft.of("p1").at(stub()).serves(MODEL, "n").json();
        String id = gateway()
                .admin("POST", "/backends", good.toString())
                .json()
                .path("id")
                .asText();
        JsonNode before = gateway().adminGet("/backends/" + id).json();

        Reply created = gateway().admin("POST", "/backends", with(good.put("name", "p2"), field, value));
        Reply updated = gateway().admin("PUT", "/backends/" + id, with(Json.object(), field, value));

        assertRefused(created, field);
        if (!(field.equals("name") && value.equals("null"))
                && !(field.equals("api_base_url") && value.equals("\"\""))) {
            assertRefused(updated, field);
        }
        assertThat(gateway().providers()).hasSize(1);
        assertThat(withoutTimes(gateway().adminGet("/backends/" + id).json())).isEqualTo(withoutTimes(before));
    }

    /** The object with a field of that value, which is raw JSON and need not be a value that a JSON library keeps. */
    private static String with(ObjectNode object, String field, String rawValue) {
        ObjectNode copy = object.deepCopy();
        copy.remove(field);
        String rest = copy.toString();
        return "{" + Json.quoted(field) + ":" + rawValue + (rest.equals("{}") ? "}" : "," + rest.substring(1));
    }

    @Test
    void everyBadFieldIsNamedAtOnce() {
        Reply reply = gateway()
                .admin(
                        "POST",
                        "/backends",
                        "{\"name\":\"\",\"api_base_url\":\"x\",\"rpm_limit\":\"y\",\"pool\":\"z\"}");

        assertThat(reply.status()).isEqualTo(400);
        List<String> named = new ArrayList<>();
        reply.json()
                .path("errors")
                .forEach(error -> named.add(error.path("field").asText()));
        assertThat(named).contains("name", "api_base_url", "api_key", "rpm_limit", "pool");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "api_base_url", "api_key"})
    void aMissingFieldIsNamedAsV2Did(String field) {
        ObjectNode json = Draft.of("p1").at(stub()).json();
        json.remove(field);

        Reply reply = gateway().admin("POST", "/backends", json.toString());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("detail").asText()).isEqualTo("Missing required field: " + field);
    }

    @Test
    void aSwitchMustBeABoolean() {
        Reply reply = gateway()
                .admin(
                        "POST",
                        "/backends",
                        Draft.of("p1")
                                .at(stub())
                                .with("enabled", "false")
                                .json()
                                .toString());

        assertRefused(reply, "enabled");
    }

    static Stream<Arguments> brokenBodies() {
        return Stream.of(
                Arguments.of("nothing", ""),
                Arguments.of("cut", "{\"name\":\"x\""),
                Arguments.of("array", "[]"),
                Arguments.of("text", "\"x\""),
                Arguments.of("null", "null"),
                Arguments.of("two values", "{} {}"),
                Arguments.of("comment", "{/* */}"),
                Arguments.of("twice the same field", "{\"name\":\"a\",\"name\":\"b\"}"),
                Arguments.of("deep", "{\"metadata\":" + "[".repeat(5000) + "]".repeat(5000) + "}"),
                Arguments.of("huge", "{\"notes\":\"" + "x".repeat(9_000_000) + "\"}"),
                Arguments.of("huge number", "{\"rpm_limit\":" + "9".repeat(100_000) + "}"),
                Arguments.of("markup", "<backend/>"),
                Arguments.of("form", "name=x&api_key=y"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void aBodyThatIsNoObjectIsRefused(String name, String body) {
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();

        for (Reply reply : List.of(
                gateway().admin("POST", "/backends", body),
                gateway().admin("PUT", "/backends/" + id, body),
                gateway().admin("PUT", "/config/default_rpm_limit", body))) {
            assertThat(reply.status()).as(reply.toString()).isBetween(400, 499);
            assertClean(reply);
        }
        assertThat(gateway().providers()).hasSize(1);
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] body = "{\"name\":\"?\"}".getBytes(UTF_8);
        body[9] = (byte) 0xc3;

        Reply reply = gateway()
                .call(
                        "POST",
                        "/api/admin/backends",
                        body,
                        "Authorization",
                        "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"),
                        "Content-Type",
                        "application/json");

        assertThat(reply.status()).isEqualTo(400);
        assertClean(reply);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "/backends/nope, 404",
                "/backends/bkd_zzzzzzzzzzzz, 404",
                "/backends/%3Cscript%3E, 404",
                "/backends/' OR 1=1, 404",
                "/backends/..%2f..%2fetc, 404",
                "/backends/bkd_000000000000/unknown, 404",
                "/nope, 404",
                "/config/../backends, 404",
                "/backends?pool=%00, 400",
                "/config/%F0%9F%98%80, 404"
            })
    void aPathThatLeadsNowhereIsA4xx(String path, int status) {
        Reply reply = gateway().adminGet(path.replace(" ", "%20"));

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.text()).doesNotContain("Exception").doesNotContain("<script>");
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH, /backends",
        "DELETE, /backends",
        "POST, /pools",
        "PUT, /pools",
        "DELETE, /config",
        "TRACE, /pools"
    })
    void aWrongMethodIsA405(String method, String path) {
        Reply reply = gateway().admin(method, path, "");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(405);
    }

    /** Those that are no media types at all are refused either way. */
    @Test
    void aBodyIsReadAsJsonWhateverItsContentTypeUnlessItHasParts() {
        assertThat(sentAs("text/xml").status()).isEqualTo(400);
        assertThat(sentAs("application/x-www-form-urlencoded").status()).isEqualTo(400);
        assertThat(sentAs("multipart/form-data").status()).isEqualTo(415);
        for (String type : List.of("nonsense", "a/b/c")) {
            assertThat(sentAs(type).status()).as(type).isIn(400, 415);
        }
    }

    private Reply sentAs(String type) {
        return gateway()
                .call(
                        "POST",
                        "/api/admin/backends",
                        "x".getBytes(UTF_8),
                        "Authorization",
                        "Bearer " + System.getenv("SIDECAR_ADMIN_TOKEN"),
                        "Content-Type",
                        type);
    }
}
