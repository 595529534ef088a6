package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.kit.Answer;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Json;
import sidecar.kit.RawClient;
import sidecar.kit.Received;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/** What a program sees that uses OpenAI's own Java library, which knows nothing of Sidecar. */
class OpenAiClientIT extends RunningSidecar {

    private final List<OpenAIClient> clients = new ArrayList<>();

    @AfterEach
    void closeClients() {
        clients.forEach(OpenAIClient::close);
    }

    @Test
    void chatAnswersUnderTheNameThatWasAskedFor() {
        StubUpstream upstream = provider("one", "canon", "vendor/native-1");
        upstream.always(Answers.chat("Good day.", new Usage(9, 3)));

        ChatCompletion answer = client().chat().completions().create(chat("canon"));

        assertThat(answer.model()).isEqualTo("canon");
        assertThat(answer.choices().get(0).message().content()).contains("Good day.");
        assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(12);
        assertThat(upstream.only().model()).isEqualTo("vendor/native-1");
        assertThat(upstream.only().path()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void chatWithAnyModelKeepsTheModelsName() {
        StubUpstream upstream = provider("one", "*", "*");

        ChatCompletion answer = client().chat().completions().create(chat("whatever-7b"));

        assertThat(answer.model()).isEqualTo("whatever-7b");
        assertThat(upstream.only().model()).isEqualTo("whatever-7b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1", "/v1/"})
    void aClientsBaseUrlWorksWithAndWithoutV1(String suffix) {
        StubUpstream upstream = provider("one", "canon", "native");
        String base = gateway().root() + suffix;

        ChatCompletion answer = client(base).chat().completions().create(chat("canon"));

        assertThat(answer.choices()).hasSize(1);
        assertThat(upstream.only().path()).isEqualTo("/v1/chat/completions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1", "/v1/"})
    void aProvidersBaseUrlWorksWithAndWithoutV1(String suffix) {
        StubUpstream upstream = stub();
        gateway()
                .create(Draft.of("one")
                        .with("api_base_url", upstream.root() + suffix)
                        .serves("canon", "native"));

        client().chat().completions().create(chat("canon"));

        assertThat(upstream.only().path()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void aStreamedChatArrivesWhole() {
        StubUpstream upstream = provider("one", "canon", "native");
        upstream.always(Answers.chatStream(List.of("Once ", "upon ", "a time"), new Usage(9, 3)));

        List<ChatCompletionChunk> chunks = stream(chat("canon"));

        assertThat(text(chunks)).isEqualTo("Once upon a time");
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.model()).isEqualTo("canon"));
        assertThat(upstream.only().json().path("stream").asBoolean()).isTrue();
    }

    @Test
    void usageIsAskedForUpstreamAndHiddenFromAClientThatDidNotAsk() {
        StubUpstream upstream = provider("one", "canon", "native");
        upstream.always(Answers.chatStream(List.of("Hi"), new Usage(9, 3)));

        List<ChatCompletionChunk> chunks = stream(chat("canon"));

        assertThat(Answers.asksUsage(upstream.only())).isTrue();
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.choices()).isNotEmpty();
            assertThat(chunk.usage()).isEmpty();
        });
    }

    @Test
    void aClientThatAsksForUsageGetsIt() {
        provider("one", "canon", "native").always(Answers.chatStream(List.of("Hi"), new Usage(9, 3)));

        List<ChatCompletionChunk> chunks = stream(chat("canon").toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());

        ChatCompletionChunk last = chunks.get(chunks.size() - 1);
        assertThat(last.choices()).isEmpty();
        assertThat(last.usage().orElseThrow().totalTokens()).isEqualTo(12);
    }

    @Test
    void aStreamedToolCallArrivesWithItsArguments() {
        StubUpstream upstream = provider("one", "canon", "native");
        upstream.always(Answers.toolCallStream("weather", List.of("{\"ci", "ty\":\"Par", "is\"}")));
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();

        stream(withTool(chat("canon"))).forEach(whole::accumulate);

        ChatCompletion.Choice choice = whole.chatCompletion().choices().get(0);
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        var function = choice.message()
                .toolCalls()
                .orElseThrow()
                .get(0)
                .function()
                .orElseThrow()
                .function();
        assertThat(function.name()).isEqualTo("weather");
        assertThat(Json.read(function.arguments()).path("city").asText()).isEqualTo("Paris");
        assertThat(upstream.only()
                        .json()
                        .path("tools")
                        .path(0)
                        .path("function")
                        .path("name")
                        .asText())
                .isEqualTo("weather");
    }

    @Test
    void embeddingsPass() {
        StubUpstream upstream = provider("one", "embed", "native-embed");
        upstream.always(Answers.embeddings(0.25, -0.5, 1.0));

        CreateEmbeddingResponse answer = client().embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("embed")
                        .input("some text")
                        .build());

        assertThat(answer.data().get(0).embedding()).containsExactly(0.25f, -0.5f, 1.0f);
        assertThat(answer.model()).isEqualTo("embed");
        assertThat(upstream.only().path()).isEqualTo("/v1/embeddings");
        assertThat(upstream.only().model()).isEqualTo("native-embed");
    }

    @Test
    void textCompletionsPass() {
        StubUpstream upstream = provider("one", "canon", "native");
        upstream.always(Answers.json(
                200,
                "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"native\",\"choices\":"
                        + "[{\"text\":\"done\",\"index\":0,\"logprobs\":null,\"finish_reason\":\"stop\"}]}"));

        var answer = client().completions()
                .create(CompletionCreateParams.builder()
                        .model("canon")
                        .prompt("finish")
                        .build());

        assertThat(answer.choices().get(0).text()).isEqualTo("done");
        assertThat(answer.model()).isEqualTo("canon");
        assertThat(upstream.only().path()).isEqualTo("/v1/completions");
    }

    @Test
    void modelsAreListedFromTheMappingsWithoutAskingAnUpstream() {
        StubUpstream upstream = stub();
        gateway()
                .create(Draft.of("one")
                        .at(upstream)
                        .serves("canon-a", "n-a")
                        .serves(
                                "vendor/canon-b",
                                Json.object()
                                        .put("native_id", "n-b")
                                        .put("context_window", 32_000)
                                        .put("max_tokens", 1_000)));
        gateway().create(Draft.of("off").at(upstream).serves("hidden", "n").with("enabled", false));

        List<Model> models = client().models().list().data();

        assertThat(models).extracting(Model::id).containsExactlyInAnyOrder("canon-a", "vendor/canon-b");
        Model b = models.stream()
                .filter(model -> model.id().equals("vendor/canon-b"))
                .findFirst()
                .orElseThrow();
        assertThat(b._allProperties())
                .containsEntry("context_window", JsonValue.from(32_000))
                .containsEntry("max_tokens", JsonValue.from(1_000))
                .containsKey("input_modalities");
        assertThat(upstream.count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"canon", "vendor/canon-b"})
    void aModelCanBeLookedUpByItsName(String name) {
        provider("one", name, "native");

        Model model = client().models().retrieve(name);

        assertThat(model.id()).isEqualTo(name);
        model.validate();
    }

    @Test
    void anUnknownModelIsNotFound() {
        StubUpstream upstream = provider("one", "canon", "native");

        NotFoundException chat = catchThrowableOfType(
                NotFoundException.class, () -> client().chat().completions().create(chat("nobody-serves-this")));

        assertThat(chat.code()).contains("model_not_found");
        assertThat(chat.headers().values("x-should-retry")).containsExactly("false");
        assertThatThrownBy(() -> client().models().retrieve("nobody-serves-this"))
                .isInstanceOf(NotFoundException.class);
        assertThat(upstream.count()).isZero();
    }

    @Test
    void exhaustionIsAServerErrorThatSaysWhenToComeAgain() {
        gateway().impatient();
        provider("one", "canon", "native").always(Answers.rateLimited("45"));

        InternalServerException thrown = catchThrowableOfType(
                InternalServerException.class,
                () -> client().chat().completions().create(chat("canon")));

        assertThat(thrown.statusCode()).isEqualTo(503);
        assertThat(thrown.type()).contains("AllPoolsExhausted");
        assertThat(thrown.code()).contains("all_cooling");
        assertThat(Integer.parseInt(thrown.headers().values("retry-after").get(0)))
                .isBetween(1, 60);
    }

    @Test
    void aStreamCutInTheMiddleRaisesInsteadOfEnding() {
        CountDownLatch read = new CountDownLatch(1);
        // not before: a reset throws away what is still unread
        Answer cut = call -> call.await(read).reset();
        provider("one", "canon", "native").always(Answers.cutStream(List.of("Once ", "upon "), cut));
        List<ChatCompletionChunk> chunks = new ArrayList<>();

        OpenAIServiceException thrown = catchThrowableOfType(OpenAIServiceException.class, () -> {
            try (StreamResponse<ChatCompletionChunk> response =
                    client().chat().completions().createStreaming(chat("canon"))) {
                response.stream().forEach(chunk -> {
                    chunks.add(chunk);
                    if (text(chunks).endsWith("upon ")) {
                        read.countDown();
                    }
                });
            }
        });

        assertThat(thrown).as("what the library raised after %s", chunks).isNotNull();
        assertThat(thrown.type()).contains("upstream_error");
        assertThat(text(chunks)).isEqualTo("Once upon ");
    }

    @Test
    void aProviderThatFailsIsReplacedUnseen() {
        gateway().set("routing_strategy", "ordered");
        StubUpstream bad = provider("bad", "canon", "native-bad").always(Answers.error(500, "boom", "server_error"));
        StubUpstream good = provider("good", "canon", "native-good");
        good.always(Answers.chatStream(List.of("fine"), new Usage(1, 1)));

        List<ChatCompletionChunk> chunks = stream(chat("canon"));

        assertThat(text(chunks)).isEqualTo("fine");
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.model()).isEqualTo("canon"));
        assertThat(bad.received()).extracting(Received::model).containsExactly("native-bad");
        assertThat(good.received()).extracting(Received::model).containsExactly("native-good");
    }

    @Test
    void heartbeatsBeforeAndInsideAnAnswerAreNotSeen() {
        gateway().set("heartbeat_grace_seconds", "0.5");
        Duration silence = Duration.ofSeconds(2);
        provider("one", "canon", "native")
                .always(call -> call.pause(silence)
                        .streamHead()
                        .event(Answers.textChunk("native", "Once "))
                        .pause(silence)
                        .event(Answers.textChunk("native", "upon a time"))
                        .event(Answers.chunk("native", "{}", "stop"))
                        .event("[DONE]")
                        .end());

        List<ChatCompletionChunk> chunks = stream(chat("canon"));

        assertThat(text(chunks)).isEqualTo("Once upon a time");
    }

    @Test
    void heartbeatsComeBeforeAndInsideAnAnswer() {
        gateway().set("heartbeat_grace_seconds", "0.5");
        CountDownLatch before = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        provider("one", "canon", "native")
                .always(call -> call.await(before)
                        .streamHead()
                        .event(Answers.textChunk("native", "Once "))
                        .await(inside)
                        .event(Answers.chunk("native", "{}", "stop"))
                        .event("[DONE]")
                        .end());

        try (RawClient client = RawClient.to(gateway().port())) {
            client.post("/v1/chat/completions", Gateway.chatBody("canon", true)).head();
            assertThat(client.framesUpTo(": heartbeat")).hasSize(1);
            before.countDown();
            assertThat(client.framesUpTo("Once "))
                    .extracting(RawClient.Frame::text)
                    .contains(": sidecar provider=one model=canon attempts=1");
            client.framesUpTo(": heartbeat");
            inside.countDown();
            assertThat(client.frames())
                    .last()
                    .satisfies(frame -> assertThat(frame.data()).isEqualTo("[DONE]"));
        }
    }

    @Test
    void aRefusalAfterHeartbeatsIsRaised() {
        gateway().set("heartbeat_grace_seconds", "0.5");
        provider("one", "canon", "native").always(call -> {
            call.pause(Duration.ofSeconds(2));
            Answers.error(400, "That is too long.", "invalid_request_error").play(call);
        });

        OpenAIServiceException thrown = catchThrowableOfType(OpenAIServiceException.class, () -> stream(chat("canon")));

        assertThat(thrown).isNotNull();
        assertThat(thrown.type()).contains("invalid_request_error");
        assertThat(thrown.getMessage()).contains("That is too long.");
    }

    private OpenAIClient client() {
        return client(gateway().root() + "/v1");
    }

    private OpenAIClient client(String base) {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(base)
                .apiKey("none-needed")
                .maxRetries(0)
                .timeout(Duration.ofSeconds(60))
                .build();
        clients.add(client);
        return client;
    }

    private static ChatCompletionCreateParams chat(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Say hello.")
                .build();
    }

    private static ChatCompletionCreateParams withTool(ChatCompletionCreateParams params) {
        return params.toBuilder()
                .addFunctionTool(FunctionDefinition.builder()
                        .name("weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .build())
                        .build())
                .build();
    }

    private List<ChatCompletionChunk> stream(ChatCompletionCreateParams params) {
        try (StreamResponse<ChatCompletionChunk> response =
                client().chat().completions().createStreaming(params)) {
            return response.stream().toList();
        }
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        StringBuilder text = new StringBuilder();
        for (ChatCompletionChunk chunk : chunks) {
            chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append));
        }
        return text.toString();
    }
}
