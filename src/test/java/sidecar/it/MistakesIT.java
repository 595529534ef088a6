package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Await;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Received;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/**
 * One client's wrong requests, a hundred times each, take no key and no model from another; a key that is really refused and
 * a model that is really gone are found all the same.
 */
class MistakesIT extends RunningSidecar {

    private static final String MODEL = "canon";
    private static final String CHAT = "/v1/chat/completions";
    private static final int TIMES = 100;
    private static final Duration BETWEEN_GOOD = Duration.ofMillis(20);
    private static final List<String> KEYS = List.of("one", "two", "three");

    private StubUpstream upstream;

    @BeforeEach
    void threeKeysOfOneUpstream() {
        gateway().impatient();
        // each key is tried once: more would be tried again only after pauses
        gateway().set("max_pool_retries", String.valueOf(KEYS.size()));
        upstream = stub();
        upstream.always(Answers.chat("hello", new Usage(10, 5)));
        for (String name : KEYS) {
            gateway()
                    .create(Draft.of(name)
                            .at(upstream)
                            .serves(MODEL, "native")
                            .serves("other", "native-other")
                            .with("rpm_limit", 0));
        }
    }

    /**
     * A mistake.
     *
     * @param body what the client sends, with the word "mistake" somewhere
     * @param answer what the upstream says to it
     * @param status what the client is told
     */
    private record Mistake(String name, String method, String path, String body, Answer answer, int status) {

        @Override
        public String toString() {
            return name;
        }

        boolean made(Received request) {
            return request.method().equals(method) && (request.text().contains("mistake") || method.equals("DELETE"));
        }
    }

    private static Mistake chat(String name, int status, String says) {
        return new Mistake(name, "POST", CHAT, body(""), Answers.json(status, says), status);
    }

    private static String body(String more) {
        return "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"mistake\"}]" + more + "}";
    }

    private static Mistake to(String path, String name, int status, String says) {
        return new Mistake(
                name,
                "POST",
                path,
                "{\"model\":\"" + MODEL + "\",\"prompt\":\"mistake\",\"input\":\"mistake\"}",
                Answers.json(status, says),
                status);
    }

    private static String error(String message) {
        return "{\"error\":{\"message\":\"" + message + "\"}}";
    }

    private static Stream<Arguments> mistakes() {
        String chatModel =
                error("This is a chat model and not supported in the v1/completions endpoint. Did you mean to"
                        + " use v1/chat/completions? The model does not exist there");
        String pydantic =
                "{\"detail\":[{\"type\":\"string_type\",\"loc\":[\"body\",\"messages\"],\"msg\":\"Input should be a"
                        + " valid string\",\"input\":\"DEGRADED function api key invalid, model not found\"}]}";
        return Stream.of(
                        to("/v1/completions", "completions of a chat model", 404, chatModel),
                        to(
                                "/v1/embeddings",
                                "embeddings of a chat model",
                                404,
                                error("model 'native' not found for embeddings")),
                        to("/v1/moderations", "moderations of a chat model", 404, error("unknown model native")),
                        new Mistake(
                                "a web page that has the word model in it",
                                "POST",
                                CHAT,
                                body(""),
                                Answers.text(404, "text/html", "<html>The model you look for does not exist</html>"),
                                404),
                        new Mistake(
                                "delete a model",
                                "DELETE",
                                "/v1/models/native",
                                "",
                                Answers.json(404, error("The model 'native' does not exist")),
                                404),
                        chat(
                                "flagged input",
                                403,
                                "{\"error\":{\"code\":403,\"message\":\"Your input was flagged\",\"metadata\":{\"reasons\":[\"violence\"]}}}"),
                        chat("content policy", 403, error("Rejected by content policy of this account")),
                        chat(
                                "not allowed here",
                                403,
                                error("You are not allowed to generate embeddings from this model")),
                        chat("no access to the model", 403, error("Project does not have access to model native")),
                        chat("a firewall", 403, error("Request blocked")),
                        chat(
                                "more than the credits left",
                                402,
                                error(
                                        "This request requires more credits, or fewer max_tokens. You requested up to 64000"
                                                + " tokens, but can only afford 1200")),
                        chat("words of the request repeated", 400, pydantic),
                        chat("words of the request repeated as 422", 422, pydantic),
                        new Mistake(
                                "an unknown parameter in a stream",
                                "POST",
                                CHAT,
                                body(",\"max_tokens\":5,\"stream\":true"),
                                Answers.json(400, error("Unsupported parameter: 'max_tokens'")),
                                400),
                        chat("too long", 400, error("maximum context length is 8192 tokens")),
                        chat("too large", 413, error("Payload too large")),
                        chat("a status that nobody knows", 418, error("I'm a teapot")),
                        new Mistake("poison", "POST", CHAT, body(""), Answers.error(500, "crash", "x"), 502),
                        new Mistake("poison that ends the connection", "POST", CHAT, body(""), Answers.hangUp(), 502),
                        new Mistake(
                                "a success without an answer", "POST", CHAT, body(""), Answers.json(200, "{}"), 502))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void oneClientsMistakeIsItsOwn(Mistake mistake) {
        upstream.when(mistake::made, mistake.answer());
        List<String> wrong = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger served = new AtomicInteger();
        Thread another = new Thread(() -> askWell(over, served, wrong), "another client");
        another.start();
        try {
            Await.until(() -> served.get() >= KEYS.size(), "a good answer of each key before all of that");
            for (int i = 0; i < TIMES; i++) {
                Reply reply = gateway()
                        .call(
                                mistake.method(),
                                mistake.path(),
                                mistake.body()
                                        .replace("mistake", "mistake number " + i)
                                        .getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                Answers.JSON);
                if (reply.status() != mistake.status()
                        || reply.error().path("message").asText().isEmpty()) {
                    wrong.add(i + ": " + reply);
                }
            }
            int before = served.get();
            Await.until(() -> served.get() >= before + KEYS.size(), "a good answer of each key after all of that");
        } finally {
            over.set(true);
            OwnSidecar.join(another);
        }

        assertThat(wrong).isEmpty();
        for (JsonNode provider : gateway().providers()) {
            assertThat(provider.path("status").asText()).as(provider.toString()).isEqualTo("healthy");
            assertThat(provider.path("health").asText()).as(provider.toString()).isEqualTo("healthy");
        }
        assertThat(gateway().chat("other").status()).isEqualTo(200);
    }

    /** Another client, whose requests are right: each key in its turn, until it is over. */
    private void askWell(AtomicBoolean over, AtomicInteger served, List<String> wrong) {
        for (int i = 0; !over.get(); i++) {
            String key = KEYS.get(i % KEYS.size());
            Reply good = gateway().chat(MODEL, "X-Sidecar-Provider", key);
            if (good.status() != 200) {
                wrong.add("good request on " + key + ": " + good);
            }
            served.incrementAndGet();
            Await.sleep(BETWEEN_GOOD);
        }
    }

    @Test
    void aDeadKeyIsFoundWithinTwoRequestsAndTheOthersGoOn() {
        String dead = gateway().provider("one").path("api_key").asText();
        upstream.when(
                request -> masked(request.key()).equals(dead),
                Answers.error(401, "Invalid API key", "invalid_api_key"));

        for (int i = 0; i < 2; i++) {
            assertThat(gateway().chat(MODEL).status()).isEqualTo(200);
            gateway().chat(MODEL, "X-Sidecar-Provider", "one");
        }

        assertThat(gateway().provider("one").path("status").asText()).isEqualTo("error");
        assertThat(gateway().provider("two").path("status").asText()).isEqualTo("healthy");
    }

    /** Some six minutes: the first look at a refused key is due after five. */
    @Test
    @EnabledIfSystemProperty(named = "mistakes.full", matches = "true")
    void aDeadKeyComesBackByItselfOnceItsAccountIsMended() {
        gateway().set("health_probe_mode", "models");
        String dead = gateway().provider("one").path("api_key").asText();
        AtomicBoolean mended = new AtomicBoolean();
        upstream.when(
                request -> !mended.get() && masked(request.key()).equals(dead),
                Answers.error(401, "Invalid API key", "invalid_api_key"));
        gateway().chat(MODEL, "X-Sidecar-Provider", "one");
        gateway().chat(MODEL, "X-Sidecar-Provider", "one");
        assertThat(gateway().provider("one").path("status").asText()).isEqualTo("error");

        mended.set(true);

        Await.until(
                Duration.ofMinutes(8),
                () -> gateway().provider("one").path("status").asText().equals("healthy"),
                "the key to be taken back");
        assertThat(gateway().chat(MODEL, "X-Sidecar-Provider", "one").status()).isEqualTo(200);
    }

    private static String masked(String key) {
        return key.length() < 12 ? key : key.substring(0, 6) + "****" + key.substring(key.length() - 4);
    }

    /** A refusal that may be about the request is looked into by a chat of our own. */
    @Test
    void anAccountThatIsClosedIsFoundOfOneRequestThatIsRepeated() {
        gateway().set("health_probe_mode", "models");
        upstream.when(request -> request.path().equals(CHAT), Answers.error(403, "Account suspended", "x"));

        gateway().chat(MODEL);

        Await.until(
                () -> KEYS.stream()
                        .allMatch(name ->
                                gateway().provider(name).path("status").asText().equals("error")),
                "all three accounts are found closed");
    }

    @Test
    void aModelThatIsReallyGoneStopsBeingAskedAndTheOthersGoOn() {
        gateway().set("health_probe_mode", "models");
        upstream.when(
                request -> request.model().equals("native"),
                Answers.error(404, "The model `native` does not exist", "model_not_found"));

        Reply first = gateway().chat(MODEL);
        gateway()
                .post(
                        CHAT,
                        Gateway.chatBody(MODEL, false).replace("}]", "},{\"role\":\"user\",\"content\":\"more\"}]"));

        assertThat(first.status()).isEqualTo(404);
        assertThat(first.error().path("message").asText()).isEqualTo("The model `native` does not exist");
        Await.until(() -> asked() == 0, "nobody is asked any more");
        assertThat(gateway().chat(MODEL).status()).isEqualTo(404);
        assertThat(gateway().chat("other").status()).isEqualTo(200);
    }

    private int asked() {
        upstream.forgetCalls();
        gateway().chat(MODEL);
        return (int) upstream.received().stream()
                .filter(call -> call.model().equals("native"))
                .count();
    }
}
