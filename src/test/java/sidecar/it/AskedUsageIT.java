package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * Streams are asked for usage where their client did not. An upstream that refuses that is asked again without and not asked for
 * it any more; a refusal of anything else is the client's own, and changes nothing for those who come after it.
 */
class AskedUsageIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String NATIVE = "native";
    private static final String CHAT = "/v1/chat/completions";
    private static final String COMPLETIONS = "/v1/completions";

    private static String streamBody(String model, String more) {
        return "{\"model\":\"" + model + "\",\"stream\":true" + more
                + ",\"prompt\":\"Say hello.\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}]}";
    }

    private Reply stream(String path, String more) {
        return gateway().post(path, streamBody(MODEL, more));
    }

    // --- what we added is refused

    private static String pydantic(String field, String input) {
        return "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"" + field
                + "\"],\"msg\":\"Extra inputs are not permitted\",\"input\":" + input + "}]}";
    }

    private static final String ASKED = "{\"include_usage\":true}";

    static Stream<Arguments> refusals() {
        String pydantic = pydantic("stream_options", ASKED);
        return Stream.of(
                        Arguments.of("pydantic 2, as 422", 422, pydantic),
                        Arguments.of("pydantic 2, as 400", 400, pydantic),
                        Arguments.of(
                                "pydantic 1",
                                422,
                                "{\"detail\":[{\"loc\":[\"body\",\"stream_options\"],\"msg\":\"extra fields not permitted\","
                                        + "\"type\":\"value_error.extra\"}]}"),
                        Arguments.of(
                                "pydantic in the message of an error",
                                422,
                                "{\"object\":\"error\",\"message\":" + pydantic
                                        + ",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}"),
                        Arguments.of(
                                "pydantic as Python prints it",
                                400,
                                "{\"object\":\"error\",\"message\":\"[{'type': 'extra_forbidden', 'loc': ('body',"
                                        + " 'stream_options'), 'msg': 'Extra inputs are not permitted', 'input':"
                                        + " {'include_usage': True}}]\",\"type\":\"BadRequestError\",\"code\":400}"),
                        Arguments.of(
                                "a detail that is text", 422, "{\"detail\":\"stream_options is not supported here\"}"),
                        Arguments.of("Go", 400, "{\"error\":\"json: unknown field \\\"stream_options\\\"\"}"))
                .flatMap(row -> Stream.of(CHAT, COMPLETIONS)
                        .map(path -> Arguments.of(row.get()[0], path, row.get()[1], row.get()[2])));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusals")
    void aStreamThatIsRefusedForOurQuestionIsRepeatedWithoutItAndThatIsRemembered(
            String name, String path, int status, String says) {
        StubUpstream upstream = provider("one", MODEL, NATIVE).when(Answers::asksUsage, Answers.json(status, says));

        Reply first = stream(path, "");
        Reply second = stream(path, "");

        assertStreamed(first, 2);
        assertStreamed(second, 1);
        assertThat(upstream.received()).extracting(Answers::asksUsage).containsExactly(true, false, false);
        assertThat(upstream.received().subList(1, 3)).extracting(Received::text).containsOnly(streamBody(NATIVE, ""));
        assertThat(gateway().provider("one").path("status").asText()).isEqualTo("healthy");
    }

    private static void assertStreamed(Reply reply, int attempts) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.text()).contains("Hello.").endsWith("data: [DONE]\n\n").doesNotContain("error");
        assertThat(reply.header("X-Sidecar-Attempts")).isEqualTo(String.valueOf(attempts));
    }

    @Test
    void whatOneModelRefusesOtherModelsAndPathsAreAskedStill() {
        StubUpstream upstream = stub();
        gateway().create(Draft.of("one").at(upstream).serves(MODEL, NATIVE).serves("other", "native-other"));
        Answer refusal = Answers.json(422, pydantic("stream_options", ASKED));
        upstream.when(
                request -> request.path().equals(CHAT) && request.model().equals(NATIVE) && Answers.asksUsage(request),
                refusal);
        assertStreamed(stream(CHAT, ""), 2);
        upstream.forgetCalls();

        assertStreamed(gateway().chatStream("other"), 1);
        assertStreamed(stream(COMPLETIONS, ""), 1);
        assertStreamed(stream(CHAT, ""), 1);

        assertThat(upstream.received()).extracting(Answers::asksUsage).containsExactly(true, true, false);
    }

    @Test
    void aRepeatThatIsServedByAnotherProviderTellsNothingOfTheFirst() {
        gateway().set("routing_strategy", "ordered");
        StubUpstream first = provider("first", MODEL, NATIVE)
                .next(
                        Answers.json(422, pydantic("stream_options", ASKED)),
                        Answers.error(500, "no worker", "internal"));
        provider("second", MODEL, NATIVE);

        Reply failedOver = stream(CHAT, "");
        Reply next = gateway().chatStream(MODEL, "X-Sidecar-Provider", "first");

        assertStreamed(failedOver, 3);
        assertThat(failedOver.header("X-Sidecar-Provider")).isEqualTo("second");
        assertStreamed(next, 1);
        assertThat(first.received()).extracting(Answers::asksUsage).containsExactly(true, false, true);
    }

    // --- what the client wrote is refused

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void aClientThatAskedForUsageItselfIsToldAndNothingIsRepeated(int status) {
        StubUpstream upstream = provider("one", MODEL, NATIVE)
                .when(Answers::asksUsage, Answers.json(status, pydantic("stream_options", ASKED)));

        Reply refused = stream(CHAT, ",\"stream_options\":" + ASKED);

        assertRefused(refused, status, "body.stream_options: Extra inputs are not permitted");
        assertThat(refused.json().path("detail").path(0).path("type").asText()).isEqualTo("extra_forbidden");
        assertThat(refused.header("X-Sidecar-Attempts")).isEqualTo("1");
        assertThat(upstream.only().text()).isEqualTo(streamBody(NATIVE, ",\"stream_options\":" + ASKED));

        assertStreamed(stream(CHAT, ""), 2);
        assertThat(upstream.received())
                .extracting(Answers::asksUsage)
                .as("of the client's own question nothing was remembered")
                .containsExactly(true, true, false);
    }

    /** What we changed inside is taken back first: then the refusal is of the client's own words. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"include_obfuscation\":false}", "{\"include_usage\":false}", "{}"})
    void aClientWithStreamOptionsWithoutUsageIsToldWhatItsOwnRequestGot(String options) {
        String more = ",\"stream_options\":" + options;
        StubUpstream upstream = provider("one", MODEL, NATIVE)
                .when(
                        request -> request.json().has("stream_options"),
                        Answers.json(422, pydantic("stream_options", options)));

        Reply refused = stream(CHAT, more);

        assertRefused(refused, 422, "body.stream_options: Extra inputs are not permitted");
        assertThat(upstream.received()).extracting(Answers::asksUsage).containsExactly(true, false);
        assertThat(upstream.received().get(1).text()).isEqualTo(streamBody(NATIVE, more));
    }

    private static void assertRefused(Reply reply, int status, String message) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.error().path("message").asText()).isEqualTo(message);
    }

    // --- something else is refused

    static Stream<Arguments> otherRefusals() {
        String maxTokens =
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        return Stream.of(
                Arguments.of("max_tokens", 400, Answers.errorBody(maxTokens, "unsupported_parameter"), maxTokens),
                Arguments.of(
                        "top_k",
                        400,
                        Answers.errorBody("Unrecognized request argument supplied: top_k", "unknown"),
                        "Unrecognized request argument supplied: top_k"),
                Arguments.of(
                        "reasoning_effort",
                        422,
                        pydantic("reasoning_effort", "5"),
                        "body.reasoning_effort: Extra inputs are not permitted"),
                Arguments.of("seed", 422, "{\"detail\":\"Unknown field: seed\"}", "Unknown field: seed"));
    }

    /** The upstream's words may mean our question, so that is taken out once; the repeat shows that they do not. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("otherRefusals")
    void aRefusalThatTheRepeatGetsTooIsTheClientsAndUsageIsAskedForStill(
            String parameter, int status, String says, String message) {
        StubUpstream upstream = provider("one", MODEL, NATIVE)
                .when(request -> request.json().has(parameter), Answers.json(status, says));
        String more = ",\"" + parameter + "\":5";

        Reply refused = stream(CHAT, more);
        Reply next = stream(CHAT, "");

        assertRefused(refused, status, message);
        assertStreamed(next, 1);
        assertThat(upstream.received()).extracting(Answers::asksUsage).containsExactly(true, false, true);
        assertThat(upstream.received())
                .extracting(request -> request.json().path(parameter).asInt())
                .isEqualTo(List.of(5, 5, 0));
        assertThat(gateway().provider("one").path("status").asText()).isEqualTo("healthy");
    }
}
