package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sidecar.dialect.MessagesScripts.Script;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.chat.ChatAnswerWriter;
import sidecar.dialect.messages.MessagesAnswerReader;
import sidecar.dialect.request.ToolNames;
import sidecar.json.Json;

/** What is true of every answer of Anthropic's that is streamed to a client of chat. */
class MessagesToChatLawsTest {

    /** A law that is tried with a script. */
    private interface Law {
        void check(Script script, Random random) throws Exception;
    }

    @Test
    void chunksComeInOpenAisOrder() {
        tryAll(ScriptCount.ALL, (script, random) -> {
            boolean showUsage = random.nextBoolean();
            boolean usageIsKnown = script.whole().has("usage");

            List<String> data = data(stream(script, script.events().size(), random.nextBoolean(), showUsage));

            List<JsonNode> chunks = chunks(data);
            assertThat(data.get(data.size() - 1)).isEqualTo("[DONE]");
            assertThat(chunks).hasSize(data.size() - 1);
            assertThat(chunks).extracting(chunk -> chunk.get("id").asText()).containsOnly("chatcmpl-7f-3");
            assertThat(chunks.get(0).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
            assertThat(chunks)
                    .filteredOn(chunk -> chunk.at("/choices/0/delta").has("role"))
                    .hasSize(1);
            int reasonAt = chunks.size() - (showUsage && usageIsKnown ? 2 : 1);
            for (int i = 0; i < chunks.size(); i++) {
                assertThat(chunks.get(i).at("/choices/0/finish_reason").isTextual())
                        .as("reason in chunk %d", i)
                        .isEqualTo(i == reasonAt);
                assertThat(chunks.get(i).has("usage"))
                        .as("usage in chunk %d", i)
                        .isEqualTo(i > reasonAt);
            }
        });
    }

    @Test
    void callsCountFromZeroWithIdAndNameOnceAndTheirWholeInput() {
        tryAll(ScriptCount.ALL, (script, random) -> {
            List<StringBuilder> arguments = new ArrayList<>();

            for (JsonNode chunk : chunks(data(stream(script, script.events().size(), true, false)))) {
                for (JsonNode call : chunk.at("/choices/0/delta/tool_calls")) {
                    boolean begins = call.has("id");
                    if (begins) {
                        arguments.add(new StringBuilder());
                        assertThat(call.get("id").asText()).isNotEmpty();
                    }
                    assertThat(call.at("/function/name").asText().isEmpty()).isNotEqualTo(begins);
                    assertThat(call.get("index").intValue()).isEqualTo(arguments.size() - 1);
                    arguments
                            .get(arguments.size() - 1)
                            .append(call.at("/function/arguments").asText());
                }
            }

            assertThat(arguments).extracting(StringBuilder::toString).isEqualTo(script.inputs());
        });
    }

    @Test
    void theStreamReadByOpenAisLibraryIsTheWholeAnswer() {
        tryAll(ScriptCount.READ_BY_SDKS, (script, random) -> {
            boolean showReasoning = random.nextBoolean();
            ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
            StringBuilder reasoning = new StringBuilder();

            for (JsonNode chunk : chunks(data(stream(script, script.events().size(), showReasoning, true)))) {
                accumulator.accumulate(
                        ObjectMappers.jsonMapper().readValue(Json.write(chunk), ChatCompletionChunk.class));
                reasoning.append(chunk.at("/choices/0/delta/reasoning_content").asText(""));
            }

            ObjectNode whole = writer(showReasoning, true).write(reader().readWhole(script.whole()));
            ChatCompletion plain = ObjectMappers.jsonMapper().readValue(Json.write(whole), ChatCompletion.class);
            ChatCompletion streamed = accumulator.chatCompletion();
            assertThat(said(streamed)).isEqualTo(said(plain));
            assertThat(reasoning)
                    .hasToString(
                            whole.at("/choices/0/message/reasoning_content").asText(""));
            assertThat(showReasoning || reasoning.isEmpty()).as("no reasoning").isTrue();
        });
    }

    @Test
    void anAnswerThatIsCutHasNeitherReasonNorEnd() {
        tryAll(ScriptCount.ALL, (script, random) -> {
            int cut = random.nextInt(script.reasonAt() + 1);

            String stream = stream(script, cut, true, true);

            assertThat(stream(script, script.events().size(), true, true)).startsWith(stream);
            assertThat(stream).doesNotContain("\"finish_reason\":\"").doesNotContain("data: [DONE]\n");
        });
    }

    /** All that both forms tell; of the text, none and an empty one are the same. */
    private static List<Object> said(ChatCompletion completion) {
        ChatCompletion.Choice choice = completion.choices().get(0);
        ChatCompletionMessage message = choice.message();
        List<Object> said = new ArrayList<>(List.of(
                completion.id(),
                completion.model(),
                completion.created(),
                choice.finishReason(),
                message.content().orElse(""),
                message.refusal().orElse(""),
                completion.usage()));
        message.toolCalls().orElse(List.of()).forEach(call -> {
            ChatCompletionMessageFunctionToolCall function = call.asFunction();
            said.add(List.of(
                    function.id(),
                    function.function().name(),
                    function.function().arguments()));
        });
        return said;
    }

    private static String stream(Script script, int events, boolean showReasoning, boolean showUsage) throws Exception {
        AnswerReader reader = reader();
        AnswerWriter writer = writer(showReasoning, showUsage);
        StringBuilder stream = new StringBuilder();
        for (ObjectNode event : script.events().subList(0, events)) {
            write(reader.read(event), writer, stream);
        }
        write(reader.end(), writer, stream);
        return stream.toString();
    }

    private static void write(List<AnswerEvent> events, AnswerWriter writer, StringBuilder stream) {
        events.forEach(event -> stream.append(writer.write(event)));
    }

    private static List<String> data(String stream) {
        List<String> data = new ArrayList<>();
        for (String event : stream.split("\n\n", -1)) {
            if (!event.isEmpty()) {
                assertThat(event).startsWith("data: ").doesNotContain("\n");
                data.add(event.substring("data: ".length()));
            }
        }
        return data;
    }

    private static List<JsonNode> chunks(List<String> data) throws Exception {
        List<JsonNode> chunks = new ArrayList<>();
        for (String text : data) {
            if (!text.equals("[DONE]")) {
                chunks.add(Json.read(text));
            }
        }
        return chunks;
    }

    private static AnswerReader reader() {
        return new MessagesAnswerReader("7f-3");
    }

    private static AnswerWriter writer(boolean showReasoning, boolean showUsage) {
        return new ChatAnswerWriter(new AnswerContext(
                "7f-3",
                "smart",
                Instant.ofEpochSecond(1_700_000_000),
                new ToolNames(),
                50,
                showReasoning,
                showUsage,
                Json.object()));
    }

    private static void tryAll(int scripts, Law law) {
        for (long seed = 0; seed < scripts; seed++) {
            try {
                law.check(MessagesScripts.random(seed), MessagesScripts.scattered(seed));
            } catch (Exception | AssertionError failed) {
                throw new AssertionError("broken by the script of seed " + seed, failed);
            }
        }
    }
}
