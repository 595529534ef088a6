package sidecar.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Reply;

/** Who may use {@code /api/admin}. */
@SharesServer.Fresh // wrong tokens are waited for the longer, the more there were from an address
class AdminAccessIT extends AdminRequests {

    static Stream<Arguments> intruders() {
        String token = System.getenv("SIDECAR_ADMIN_TOKEN");
        return Stream.of(
                Arguments.of("nobody", new String[0]),
                Arguments.of("a wrong token", new String[] {"Authorization", "Bearer wrong"}),
                Arguments.of("an empty token", new String[] {"Authorization", "Bearer "}),
                Arguments.of("a prefix", new String[] {"Authorization", "Bearer " + token.substring(0, 10)}),
                Arguments.of("more than the token", new String[] {"Authorization", "Bearer " + token + "x"}),
                Arguments.of("another scheme", new String[] {"Authorization", "Basic " + token}),
                Arguments.of("no scheme", new String[] {"Authorization", token}),
                Arguments.of("a client's header", new String[] {"x-api-key", token}),
                Arguments.of("a cookie", new String[] {"Cookie", "token=" + token}),
                Arguments.of("hostile text", new String[] {"Authorization", "Bearer ' OR '1'='1"}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("intruders")
    void withoutTheTokenNothingIsReadOrWritten(String name, String[] headers) {
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();

        for (String path : List.of(
                "/backends",
                "/backends/" + id,
                "/backends/" + id + "/models",
                "/pools",
                "/config",
                "/config/port",
                "/nope")) {
            assertUnauthorised(gateway().get("/api/admin" + path, headers));
        }
        assertUnauthorised(gateway().post("/api/admin/backends", "{}", headers));
        assertUnauthorised(gateway().post("/api/admin/backends/import", "x", headers));
        assertUnauthorised(gateway().post("/api/admin/backends/" + id + "/disable", "", headers));
        assertUnauthorised(gateway().call("PUT", "/api/admin/backends/" + id, new byte[0], headers));
        assertUnauthorised(gateway().call("DELETE", "/api/admin/backends/" + id, new byte[0], headers));
        assertUnauthorised(gateway().call("PUT", "/api/admin/config/default_rpm_limit", new byte[0], headers));
        assertThat(gateway().provider("p1").path("enabled").asBoolean()).isTrue();
    }

    private static void assertUnauthorised(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(401);
        String detail = reply.json().path("detail").asText();
        assertThat(detail).isIn("Missing Authorization header", "Invalid admin token");
        if (detail.startsWith("Missing")) {
            assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
        }
    }

    @Test
    void theTwoRefusalsAreWordedAsInV2() {
        assertThat(gateway().get("/api/admin/pools").json().path("detail").asText())
                .isEqualTo("Missing Authorization header");
        assertThat(gateway()
                        .get("/api/admin/pools", "Authorization", "Bearer wrong")
                        .json()
                        .path("detail")
                        .asText())
                .isEqualTo("Invalid admin token");
    }

    @Test
    void theViewersTokenReadsAndNeverWrites() {
        String id = gateway().create(Draft.of("p1").at(stub())).path("id").asText();
        String[] viewer = {"Authorization", "Bearer " + System.getenv("SIDECAR_VIEWER_TOKEN")};

        // the wrong tokens of the tests before are waited for, whatever token comes next
        Await.until(() -> gateway().get("/api/admin/backends", viewer).status() == 200, "an end of the pause");
        assertThat(gateway().get("/api/admin/config", viewer).status()).isEqualTo(200);
        for (Reply reply : List.of(
                gateway()
                        .post(
                                "/api/admin/backends",
                                Draft.of("x").at(stub()).json().toString(),
                                viewer),
                gateway().post("/api/admin/backends/" + id + "/disable", "", viewer),
                gateway().call("DELETE", "/api/admin/backends/" + id, new byte[0], viewer),
                gateway()
                        .call(
                                "PUT",
                                "/api/admin/config/default_rpm_limit",
                                "{\"value\":\"1\"}".getBytes(UTF_8),
                                viewer))) {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(403);
        }
        assertThat(gateway().providers()).hasSize(1);
    }
}
