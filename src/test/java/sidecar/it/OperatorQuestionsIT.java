package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * What an operator is told who asks a provider for its models, or whether its key is good: each upstream answers in its own form,
 * and some like the question's wording less than others.
 */
class OperatorQuestionsIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String NATIVE = "native";

    private String create(StubUpstream upstream, String api) {
        return gateway()
                .create(Draft.of("one").at(upstream).serves(MODEL, NATIVE).with("api", api))
                .path("id")
                .asText();
    }

    // --- fetch models

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"object\":\"model\"},{\"id\":\"b/c\"}]} ~ a,b/c",
                "[\"a\",\"b/c\"] ~ a,b/c",
                "[{\"id\":\"a\",\"type\":\"chat\"},{\"id\":\"b\"}] ~ a,b",
                "{\"models\":[{\"name\":\"a\"},{\"name\":\"b:7b\"}]} ~ a,b:7b",
                "{\"models\":[{\"name\":\"a\",\"model\":\"a\"}]} ~ a",
                "{\"models\":[{\"model\":\"a\"}]} ~ a",
                "{\"models\":[\"a\",\"b\"]} ~ a,b",
                "{\"data\":[\"a\",\"\",{\"id\":\"b\"},{}]} ~ a,b",
                "{\"data\":[],\"object\":\"list\"} ~ ''"
            })
    void modelsAreFetchedInEveryForm(String body, String ids) {
        StubUpstream upstream = stub().always(Answers.json(200, body));

        JsonNode told = fetched(create(upstream, "openai-completions"));

        assertThat(told.path("ok").asBoolean()).as(told.toString()).isTrue();
        assertThat(told.path("message").asText("none")).isEmpty();
        assertThat(models(told)).isEqualTo(ids.isEmpty() ? List.of() : List.of(ids.split(",", -1)));
        assertThat(upstream.only().method() + " " + upstream.only().target()).isEqualTo("GET /v1/models");
    }

    private JsonNode fetched(String id) {
        Reply reply = gateway().adminGet("/backends/" + id + "/models");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply.json();
    }

    private static List<String> models(JsonNode told) {
        return StreamSupport.stream(told.path("models").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "text/html ~ <!doctype html><html><body>Welcome to our models</body></html>",
                "application/json ~ <html>models</html>",
                "application/json ~ ''",
                "text/plain ~ a, b",
                "application/json ~ {}",
                "application/json ~ null",
                "application/json ~ \"a\"",
                "application/json ~ {\"error\":{\"message\":\"no such path\"}}",
                "application/json ~ {\"data\":\"later\"}",
                "application/json ~ {\"data\":{\"id\":\"a\"}}",
                "application/json ~ {\"data\":[1,2]}",
                "application/json ~ [{\"title\":\"a\"}]",
                "application/json ~ {\"data\":[{\"id\":\"a\"}"
            })
    void whatIsNoListOfModelsIsAClearNo(String type, String body) {
        JsonNode told = fetched(create(stub().always(Answers.text(200, type, body)), "openai-completions"));

        assertThat(told.path("ok").asBoolean(true)).as(told.toString()).isFalse();
        assertThat(told.path("status").asInt()).isEqualTo(200);
        assertThat(told.path("class").asText()).isEqualTo("bad_success");
        assertThat(told.path("message").asText())
                .isEqualTo(
                        "HTTP 200, but what came is no list of models: check api_base_url, or map the models by name");
        assertThat(models(told)).isEmpty();
    }

    // --- test

    /**
     * A test of a key.
     *
     * @param asked what each question limits its answer with, in order
     * @param words that the operator is shown; empty when the test passes
     */
    private record Question(String name, String api, Answer answer, List<String> asked, int status, String words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Answer unless(String member, int atLeast, int status, String says) {
        return call -> {
            boolean good = call.request().json().path(member).asInt() >= atLeast;
            (good ? Answers.chat("pong") : Answers.json(status, says)).play(call);
        };
    }

    private static Answer never(String message) {
        return Answers.json(400, Answers.errorBody(message, "unsupported_parameter"));
    }

    static Stream<Question> questions() {
        String openAi = "openai-completions";
        List<String> once = List.of("max_tokens=1");
        List<String> twice = List.of("max_tokens=1", "max_completion_tokens=16");
        String unsupported =
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        String tooFew =
                "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.";
        return Stream.of(
                new Question(
                        "max_tokens has another name",
                        openAi,
                        unless(
                                "max_completion_tokens",
                                1,
                                400,
                                Answers.errorBody(unsupported, "unsupported_parameter")),
                        twice,
                        200,
                        ""),
                new Question(
                        "at least 16 tokens",
                        openAi,
                        unless("max_completion_tokens", 16, 400, Answers.errorBody(tooFew, "integer_below_min_value")),
                        twice,
                        200,
                        ""),
                new Question(
                        "at least 16 tokens, by pydantic",
                        openAi,
                        unless(
                                "max_completion_tokens",
                                16,
                                422,
                                "{\"detail\":[{\"type\":\"greater_than_equal\",\"loc\":[\"body\",\"max_tokens\"],\"msg\":\"Input should be"
                                        + " greater than or equal to 16\",\"input\":1}]}"),
                        twice,
                        200,
                        ""),
                new Question("neither name", openAi, never(unsupported), twice, 400, unsupported),
                new Question("at least 17 tokens", openAi, never(tooFew), twice, 400, tooFew),
                new Question(
                        "at least 16 tokens, in other words",
                        openAi,
                        never("This model must be allowed 16 tokens or more."),
                        once,
                        400,
                        "This model must be allowed 16 tokens or more."),
                new Question(
                        "pydantic, about something else",
                        openAi,
                        Answers.json(
                                422,
                                "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"seed\"],\"msg\":\"Field required\",\"input\":{}}]}"),
                        once,
                        422,
                        "body.seed: Field required"),
                new Question(
                        "Messages, at least 16 tokens",
                        "anthropic-messages",
                        call -> (call.request().json().path("max_tokens").asInt() < 16
                                        ? Answers.json(
                                                400,
                                                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"max_tokens:"
                                                        + " must be at least 16\"}}")
                                        : Answers.json(
                                                200,
                                                "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"pong\"}]}"))
                                .play(call),
                        List.of("max_tokens=1", "max_tokens=16"),
                        200,
                        ""));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void aKeyIsGoodWhateverTheModelSaysOfTheQuestion(Question question) {
        StubUpstream upstream = stub().always(question.answer());

        Reply reply = gateway().admin("POST", "/backends/" + create(upstream, question.api()) + "/test", "");

        assertThat(reply.status()).isEqualTo(200);
        JsonNode told = reply.json();
        assertThat(told.path("ok").asBoolean()).as(told.toString()).isTrue();
        assertThat(told.path("status").asInt()).isEqualTo(question.status());
        assertThat(told.path("class").asText("none")).isEmpty();
        assertThat(told.path("message").asText("none"))
                .isEqualTo(
                        question.words().isEmpty()
                                ? ""
                                : "the key is accepted; what was asked to test it was not: " + question.words());
        assertThat(upstream.received()).extracting(OperatorQuestionsIT::bounds).isEqualTo(question.asked());
        assertThat(gateway().provider("one").path("status").asText()).isEqualTo("healthy");
    }

    private static String bounds(Received request) {
        return String.join(
                ",",
                request.json().properties().stream()
                        .filter(member -> member.getKey().startsWith("max_"))
                        .map(member -> member.getKey() + "=" + member.getValue())
                        .toList());
    }

    @Test
    void theSecondQuestionOfATestMayShowThatTheKeyIsBad() {
        StubUpstream upstream = stub().next(
                        never("Unsupported parameter: 'max_tokens'"),
                        Answers.error(401, "Incorrect API key provided", "invalid_api_key"));

        JsonNode told = gateway()
                .admin("POST", "/backends/" + create(upstream, "openai-completions") + "/test", "")
                .json();

        assertThat(told.path("ok").asBoolean(true)).as(told.toString()).isFalse();
        assertThat(told.path("status").asInt()).isEqualTo(401);
        assertThat(told.path("class").asText()).isEqualTo("credential");
        assertThat(gateway().provider("one").path("status").asText()).isEqualTo("error");
    }
}
