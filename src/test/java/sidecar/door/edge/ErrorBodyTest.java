package sidecar.door.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorBodyTest {

    private static ErrorBody of(int status, String path) {
        return ErrorBody.of(status, path, "so it is", "a_type", Optional.of("a_code"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, 400, 400, invalid_request_error",
        "/v1/messages/, 404, 404, not_found_error",
        "/v1/messages/count_tokens, 500, 500, api_error",
        "/v1/messages/batches, 413, 413, request_too_large",
        "/v1/messages, 503, 529, overloaded_error",
        "/v1/messages, 431, 431, invalid_request_error",
        "/v1/messages, 505, 505, api_error"
    })
    void anthropicsPathsHaveAnthropicsShape(String path, int status, int answered, String type) {
        ErrorBody body = of(status, path);

        assertThat(body.status()).isEqualTo(answered);
        assertThat(body.json())
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"" + type
                        + "\",\"message\":\"so it is\"},\"request_id\":null}");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/messagesfoo",
        "/gate/v1/messages",
        "/",
        "''",
        "*",
        "/v1/%zz"
    })
    void everythingElseHasOpenAis(String path) {
        ErrorBody body = of(503, path);

        assertThat(body.status()).isEqualTo(503);
        assertThat(body.json())
                .isEqualTo(
                        "{\"error\":{\"message\":\"so it is\",\"type\":\"a_type\",\"param\":null,\"code\":\"a_code\"}}");
    }

    @Test
    void theAdminInterfaceHasVersionTwos() {
        assertThat(of(404, "/api/admin/nothing").json()).isEqualTo("{\"detail\":\"so it is\"}");
        assertThat(of(404, "/api/admin").json()).isEqualTo("{\"detail\":\"so it is\"}");
        assertThat(of(404, "/api/administration").json()).contains("\"code\":\"a_code\"");
    }
}
