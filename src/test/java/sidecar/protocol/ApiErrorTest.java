package sidecar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.admission.AdmissionResult;
import sidecar.exchange.ExchangeFixture;
import sidecar.exchange.RefusalErrors;
import sidecar.pool.LeaseResult;
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
        for (ApiPath.PathKind kind : ApiPath.PathKind.values()) {
            ResponsesStreamPosition sent = new ResponsesStreamPosition(7, "resp_1");
            String frame = new String(
                    ErrorRenderer.frame(kind, error, sent, "m", Instant.ofEpochSecond(5)), StandardCharsets.UTF_8);
            assertThat(frame).endsWith("\n\n");
            List<String> data =
                    frame.lines().filter(line -> line.startsWith("data: ")).toList();
            assertThat(data).hasSize(kind == ApiPath.PathKind.RESPONSES ? 2 : 1);
            for (String event : data) {
                assertThat(MAPPER.readTree(event.substring(6))
                                .findValue("message")
                                .asText())
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "1000, 1", "1001, 2", "59000, 59", "59001, 60", "60001, 60", "21600000, 60"})
    void retryAfterIsWholeSecondsFromOneToSixtyAndNeverEarly(long millis, long seconds) {
        assertThat(RefusalErrors.seconds(Duration.ofMillis(millis), 0)).isEqualTo(seconds);
    }

    @Test
    void retryAfterIsSpreadByAFifthAndStillAtMostAMinute() {
        assertThat(RefusalErrors.seconds(Duration.ofSeconds(30), 0.2)).isEqualTo(36);
        assertThat(RefusalErrors.seconds(Duration.ofSeconds(55), 0.2)).isEqualTo(60);
    }

    @Test
    void onlyRetriesWithoutSenseAreForbidden() {
        assertThat(RefusalErrors.headers(ApiError.modelNotFound("m"))).contains(new Header("x-should-retry", "false"));
        assertThat(RefusalErrors.headers(ApiError.deadline(Duration.ofSeconds(1))))
                .contains(new Header("x-should-retry", "false"));
        assertThat(RefusalErrors.headers(RefusalErrors.draining())).noneMatch(line -> line.is("x-should-retry"));
        assertThat(RefusalErrors.headers(ApiError.unknownClient("x")))
                .contains(new Header("WWW-Authenticate", "Bearer"));
    }

    @Test
    void aResponsesStreamFailsByItsOwnLastEventAndThenByTheOneThatSdksRaise() throws IOException {
        ApiError error = ApiError.upstream("cut", "network", true);
        String frame = new String(
                ErrorRenderer.frame(
                        ApiPath.PathKind.RESPONSES,
                        error,
                        new ResponsesStreamPosition(7, "resp_1"),
                        "m",
                        Instant.ofEpochSecond(5)),
                StandardCharsets.UTF_8);
        List<String> lines = frame.lines().toList();

        assertThat(lines.get(0)).isEqualTo("event: response.failed");
        JsonNode failed = MAPPER.readTree(lines.get(1).substring(6));
        assertThat(failed.path("type").asText()).isEqualTo("response.failed");
        assertThat(failed.path("sequence_number").asInt()).isEqualTo(7);
        assertThat(failed.at("/response/id").asText()).isEqualTo("resp_1");
        assertThat(failed.at("/response/status").asText()).isEqualTo("failed");
        assertThat(failed.at("/response/error/message").asText()).isEqualTo("cut");
        assertThat(failed.at("/response/model").asText()).isEqualTo("m");
        assertThat(lines.get(3)).isEqualTo("event: error");
        JsonNode raised = MAPPER.readTree(lines.get(4).substring(6));
        assertThat(raised.path("sequence_number").asInt()).isEqualTo(8);
        assertThat(raised.path("code").asText()).isEqualTo("network");
    }

    /** Some agents put the whole of Sidecar aside for an hour when they read one of these words. */
    @Test
    void whatIsRefusedForNowSoundsOverloadedAndNotAsIfTheClientHadAskedTooOften() {
        List<ApiError> all =
                new ArrayList<>(List.of(RefusalErrors.busy(), RefusalErrors.draining(), RefusalErrors.held()));
        for (LeaseResult.UnavailableReason reason : LeaseResult.UnavailableReason.values()) {
            for (AdmissionResult.Reason refused : AdmissionResult.Reason.values()) {
                all.add(RefusalErrors.of(
                        new AdmissionResult.Refused(
                                refused, LeaseResult.Unavailable.unrecoverable(reason), Optional.empty()),
                        "m",
                        ExchangeFixture.request("/v1/responses")));
            }
        }

        for (ApiError error : all) {
            String said = new String(error.json(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
            assertThat(said)
                    .doesNotContain(
                            "rate limit",
                            "rate_limit",
                            "429",
                            "too many requests",
                            "quota",
                            "resource exhausted",
                            "throttled",
                            "usage limit",
                            "tpm");
            if (error.status() == 503) {
                assertThat(error.message()).contains("overloaded");
            }
        }
        assertThat(all.stream().map(ApiError::status)).contains(400, 404, 502, 503, 504);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, 400",
        "401, authentication_error, 401",
        "402, billing_error, 402",
        "403, permission_error, 403",
        "404, not_found_error, 404",
        "405, invalid_request_error, 405",
        "413, request_too_large, 413",
        "415, invalid_request_error, 415",
        "422, invalid_request_error, 422",
        "429, rate_limit_error, 429",
        "500, api_error, 500",
        "502, api_error, 502",
        "503, overloaded_error, 529",
        "504, timeout_error, 504"
    })
    void messagesAreRefusedInTheShapeOfAnthropic(int status, String type, int answered) throws IOException {
        ApiError error =
                new ApiError(status, "no", "x", Optional.empty(), Optional.of("c"), Optional.empty(), false, List.of());
        ErrorRenderer format = ErrorRenderer.of(ApiPath.of("/v1/messages/count_tokens"), "r1");

        JsonNode body = MAPPER.readTree(format.body(error));

        assertThat(format.status(error)).isEqualTo(answered);
        assertThat(body.path("type").asText()).isEqualTo("error");
        assertThat(body.path("request_id").asText()).isEqualTo("r1");
        assertThat(body.at("/error/type").asText()).isEqualTo(type);
        assertThat(body.at("/error/message").asText()).isEqualTo("no");
        assertThat(ErrorRenderer.of(ApiPath.of("/v1/chat/completions"), "r1").status(error))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'about:blank','title':'Bad','status':400,'detail':'no such voice'} | no such voice",
                "{'title':'Bad'} | Bad",
                "{'detail':'Not found'} | Not found",
                "{'detail':[{'loc':['body','n'],'msg':'field required','type':'missing'}]} | body.n: field required",
                "{'detail':[{'loc':['body'],'msg':'a'},{'msg':'b'}]} | body: a; b",
                "{'object':'error','message':'too long','code':400} | too long",
                "{'error':'model is gone'} | model is gone",
                "{'error':{'code':400}} | The provider refused the request with HTTP 422.",
                "{'error':{'message':{'a':1}}} | The provider refused the request with HTTP 422.",
                "{'error':null} | The provider refused the request with HTTP 422.",
                "{'error':[]} | The provider refused the request with HTTP 422.",
                "{'message':'plain'} | plain",
                "{'msg':'of some Chinese vendors'} | of some Chinese vendors",
                "{'errors':['x']} | x",
                "{'errors':[{'message':'a'},{'message':'b'}]} | a; b",
                "[{'error':{'code':400,'message':'of Gemini'}}] | ~~",
                "[] | The provider refused the request with HTTP 422.",
                "'text' | text",
                "no JSON at all | no JSON at all",
                "<html><body>Not found</body></html> | The provider refused the request with HTTP 422.",
                "~~ | The provider refused the request with HTTP 422.",
                "{'cut | {'cut",
                "{'error':{'message':'as it came','type':'t'},'x':1} | ~~",
            })
    void aForeignRefusalGetsAnErrorThatEverySdkCanShowAndKeepsItsMembers(String said, String message)
            throws IOException {
        byte[] body = said.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ErrorRenderer openAi = ErrorRenderer.of(ApiPath.of("/v1/chat/completions"), "r1");
        ErrorRenderer anthropic = ErrorRenderer.of(ApiPath.of("/v1/messages"), "r1");

        Optional<byte[]> completed = openAi.completed(422, body);

        boolean asItCame = message.isEmpty() && said.startsWith("{");
        assertThat(completed.isEmpty()).isEqualTo(asItCame);
        JsonNode shown = MAPPER.readTree(completed.orElse(body)).path("error");
        assertThat(shown.path("message").asText())
                .isEqualTo(message.isEmpty() ? shown.path("message").asText() : message.replace('\'', '"'));
        JsonNode theirs = MAPPER.readTree(anthropic.completed(422, body).orElseThrow());
        assertThat(theirs.path("type").asText()).isEqualTo("error");
        assertThat(theirs.at("/error/type").asText()).isEqualTo("invalid_request_error");
        assertThat(theirs.at("/error/message").asText())
                .isEqualTo(shown.path("message").asText());
    }

    @Test
    void membersOfAForeignRefusalStay() throws IOException {
        byte[] body = "{\"title\":\"Bad\",\"trace_id\":\"t1\",\"error\":{\"code\":7}}".getBytes(StandardCharsets.UTF_8);

        JsonNode shown = MAPPER.readTree(ErrorRenderer.of(ApiPath.of("/v1/embeddings"), "r1")
                .completed(400, body)
                .orElseThrow());

        assertThat(shown.path("trace_id").asText()).isEqualTo("t1");
        assertThat(shown.at("/error/code").asInt()).isEqualTo(7);
        assertThat(shown.at("/error/message").asText()).isEqualTo("Bad");
    }

    @Test
    void aRefusalInTheClientsOwnShapePassesAsItCame() {
        byte[] anthropic =
                "{\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"no\"}}".getBytes(StandardCharsets.UTF_8);

        assertThat(ErrorRenderer.of(ApiPath.of("/v1/messages"), "r1").completed(400, anthropic))
                .isEmpty();
    }
}
