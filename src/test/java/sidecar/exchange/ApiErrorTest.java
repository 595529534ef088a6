package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.upstream.Header;

class ApiErrorTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "quote \" backslash \\ slash /",
                "line\nend\r\n\ttab\u0000\u001f\u007f",
                "\uD800 alone",
                "alone \uDFFF",
                "😀é\u2028\u2029",
                "data: [DONE]\n\ndata: x"
            })
    void isOneLineOfValidJsonForAnyMessage(String message) throws IOException {
        ApiError error = ApiError.upstream(message, "code\"", true);
        // a lone surrogate has no bytes of its own
        String expected = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

        JsonNode body = MAPPER.readTree(error.json()).get("error");
        assertThat(body.get("message").asText()).isEqualTo(expected);
        assertThat(body.get("code").asText()).isEqualTo("code\"");
        assertThat(body.get("param").isNull()).isTrue();
        for (ApiPath.Kind kind : ApiPath.Kind.values()) {
            String frame = new String(ErrorFrame.of(kind, error), StandardCharsets.UTF_8);
            assertThat(frame).endsWith("\n\n");
            List<String> data =
                    frame.lines().filter(line -> line.startsWith("data: ")).toList();
            assertThat(data).hasSize(1);
            assertThat(MAPPER.readTree(data.get(0).substring(6))
                            .findValue("message")
                            .asText())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "1000, 1", "1001, 2", "59000, 59", "59001, 60", "60001, 60", "21600000, 60"})
    void retryAfterIsWholeSecondsFromOneToSixtyAndNeverEarly(long millis, long seconds) {
        assertThat(Refusals.seconds(Duration.ofMillis(millis), 0)).isEqualTo(seconds);
    }

    @Test
    void retryAfterIsSpreadByAFifthAndStillAtMostAMinute() {
        assertThat(Refusals.seconds(Duration.ofSeconds(30), 0.2)).isEqualTo(36);
        assertThat(Refusals.seconds(Duration.ofSeconds(55), 0.2)).isEqualTo(60);
    }

    @Test
    void onlyRetriesWithoutSenseAreForbidden() {
        assertThat(Refusals.headers(ApiError.modelNotFound("m"))).contains(new Header("x-should-retry", "false"));
        assertThat(Refusals.headers(ApiError.deadline(Duration.ofSeconds(1))))
                .contains(new Header("x-should-retry", "false"));
        assertThat(Refusals.headers(Refusals.draining())).noneMatch(line -> line.is("x-should-retry"));
        assertThat(Refusals.headers(ApiError.unknownClient("x"))).contains(new Header("WWW-Authenticate", "Bearer"));
    }
}
