package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.dialect.ChatChunks.head;
import static sidecar.dialect.ChatChunks.options;

import com.anthropic.core.ObjectMappers;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sidecar.dialect.ChatScripts.ChatScript;
import sidecar.dialect.ChatScripts.Kind;
import sidecar.dialect.ChatScripts.ScriptCall;
import sidecar.dialect.ChatScripts.ScriptChunk;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.chat.ChatAnswerReader;
import sidecar.dialect.messages.MessagesAnswerWriter;
import sidecar.dialect.request.ToolCallIds;
import sidecar.dialect.request.ToolNames;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.kit.EventStream;

/** The laws of dialects.md §3 over many streams of {@link ChatScripts}. */
class ChatToMessagesLawsTest {

    /** One law. */
    @FunctionalInterface
    private interface Law {
        void check(ChatScript script) throws Exception;
    }

    private static void holds(Law law) {
        holds(ScriptCount.ALL, law);
    }

    private static void holds(int scripts, Law law) {
        for (long seed = 0; seed < scripts; seed++) {
            ChatScript script = ChatScripts.of(seed);
            if (violation(law, script).isPresent()) {
                ChatScript least = shrunk(law, script);
                throw new AssertionError(
                        "seed " + seed + ", shrunk to\n" + least,
                        violation(law, least).orElseThrow());
            }
        }
    }

    private static Optional<Throwable> violation(Law law, ChatScript script) {
        try {
            law.check(script);
            return Optional.empty();
        } catch (AssertionError | Exception e) {
            return Optional.of(e);
        }
    }

    /** Leaves out chunks and calls while the law is still broken. */
    private static ChatScript shrunk(Law law, ChatScript script) {
        Stream<Optional<ChatScript>> smaller = Stream.concat(
                IntStream.range(0, 5).mapToObj(script::withoutCall),
                IntStream.range(0, script.chunks().size()).mapToObj(script::without));
        return smaller.flatMap(Optional::stream)
                .filter(less -> less.chunks().size() < script.chunks().size()
                        && violation(law, less).isPresent())
                .findFirst()
                .map(less -> shrunk(law, less))
                .orElse(script);
    }

    /** A translation of one stream, chunk by chunk. */
    private static final class Translation {

        final ChatAnswerReader reader = new ChatAnswerReader(options(false), "req1");
        final MessagesAnswerWriter writer = new MessagesAnswerWriter(head(new ToolNames(), true));
        final List<AnswerEvent> events = new ArrayList<>();

        String next(ScriptChunk chunk) throws InvalidAnswerException {
            return written(reader.read(chunk.json()));
        }

        String end() throws InvalidAnswerException {
            return written(reader.end());
        }

        String all(ChatScript script) throws InvalidAnswerException {
            StringBuilder sse = new StringBuilder();
            for (ScriptChunk chunk : script.chunks()) {
                sse.append(next(chunk));
            }
            return sse.append(end()).toString();
        }

        private String written(List<AnswerEvent> read) {
            events.addAll(read);
            StringBuilder sse = new StringBuilder();
            read.forEach(event -> sse.append(writer.write(event)));
            return sse.toString();
        }
    }

    private static ObjectNode message(ChatScript script) throws InvalidAnswerException {
        return new MessagesAccumulator().add(new Translation().all(script)).message();
    }

    @Test
    void law1TheMessageStartsOnceAndFirstOnWhateverChunkComesFirst() {
        holds(script -> {
            Translation translation = new Translation();
            StringBuilder sse = new StringBuilder();
            for (ScriptChunk chunk : script.chunks()) {
                sse.append(translation.next(chunk));
                if (chunk.json().has("choices")) {
                    assertThat(sse).startsWith("event: message_start\n");
                }
            }
            sse.append(translation.end());

            MessagesAccumulator start = new MessagesAccumulator().add(sse.substring(0, sse.indexOf("\n\n") + 2));
            assertThat(start.message().path("usage").path("input_tokens").longValue())
                    .isEqualTo(77);
            List<String> types = new MessagesAccumulator().add(sse.toString()).types();
            assertThat(types).startsWith("message_start", "ping");
            assertThat(types.stream().filter("message_start"::equals)).hasSize(1);
        });
    }

    @Test
    void law2BlocksDoNotOverlapAndAreCountedWithoutGaps() {
        holds(script -> {
            // the accumulator refuses whatever does not fit its place
            List<String> types =
                    new MessagesAccumulator().add(new Translation().all(script)).types();

            long starts = types.stream().filter("content_block_start"::equals).count();
            assertThat(types.stream().filter("content_block_stop"::equals)).hasSize((int) starts);
        });
    }

    @Test
    void law3EachCallIsGivenOnceAndProseIsWhole() {
        holds(script -> {
            ObjectNode message = message(script);

            assertThat(joined(message, "thinking", "thinking")).isEqualTo(script.prose(Kind.REASONING));
            assertThat(joined(message, "text", "text").length())
                    .isEqualTo(script.prose(Kind.TEXT).length()
                            + script.prose(Kind.REFUSAL).length());
            List<JsonNode> calls = parts(message, "tool_use");
            List<ScriptCall> expected = script.callsByName();
            assertThat(calls).hasSize(expected.size());
            for (int i = 0; i < calls.size(); i++) {
                assertCall(calls.get(i), expected.get(i));
            }
            assertThat(new HashSet<>(calls.stream().map(call -> call.path("id")).toList()))
                    .hasSize(calls.size());
        });
    }

    private static void assertCall(JsonNode call, ScriptCall expected) throws MalformedJsonException {
        assertThat(call.path("name").textValue()).isEqualTo(expected.name());
        assertThat(call.path("input")).isEqualTo(Json.read(expected.arguments()));
        if (!expected.id().isEmpty()) {
            assertThat(call.path("id").textValue()).isEqualTo(ToolCallIds.toMessages(expected.id()));
        }
        assertThat(call.path("id").textValue()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void law3OnlyAChangeOfKindClosesProse() {
        holds(script -> {
            // a call that was cut off before its arguments leaves a gap
            String before = script.isCut() ? "none" : "";
            for (AnswerEvent event : Answer.of(all(script)).events()) {
                if (event instanceof AnswerEvent.BlockBegan began) {
                    String kind = began.block().getClass().getSimpleName();
                    assertThat(kind.equals(before) && !kind.equals("ToolCallBlock"))
                            .as(kind)
                            .isFalse();
                    before = script.isCut() ? "none" : kind;
                }
            }
        });
    }

    private static List<AnswerEvent> all(ChatScript script) throws InvalidAnswerException {
        Translation translation = new Translation();
        translation.all(script);
        return translation.events;
    }

    @Test
    void law4TheEndIsToldOnceWithReasonAndUsageWhichIsWaitedFor() {
        holds(script -> {
            Translation translation = new Translation();
            StringBuilder sse = new StringBuilder();
            int usageAt = usageAt(script);
            for (int i = 0; i < script.chunks().size(); i++) {
                sse.append(translation.next(script.chunks().get(i)));
                if (i < usageAt) {
                    assertThat(sse).doesNotContain("event: message_delta");
                }
            }
            boolean usageLast = hasUsage(script.chunks().get(script.chunks().size() - 1));
            assertThat(translation.reader.awaitsUsage()).isEqualTo(!usageLast);
            assertThat(sse.indexOf("event: message_stop") >= 0).isEqualTo(usageLast);
            sse.append(translation.end()).append(translation.end());

            MessagesAccumulator read = new MessagesAccumulator().add(sse.toString());
            assertThat(read.types()).endsWith("message_delta", "message_stop");
            assertThat(read.message().path("stop_reason").textValue()).isEqualTo(script.stopReason());
            assertUsage(read.message().path("usage"), script);
            assertThat(translation.reader.heldCharacters()).isZero();
        });
    }

    private static int usageAt(ChatScript script) {
        return IntStream.range(0, script.chunks().size())
                .filter(i -> hasUsage(script.chunks().get(i)))
                .findFirst()
                .orElse(-1);
    }

    private static boolean hasUsage(ScriptChunk chunk) {
        return chunk.json().toString().contains("\"usage\":{");
    }

    private static void assertUsage(JsonNode usage, ChatScript script) {
        List<Long> counts = Stream.of(
                        "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
                .map(name -> usage.path(name).longValue())
                .toList();
        assertThat(counts)
                .isEqualTo(script.usage()
                        .map(said -> List.of(
                                said.prompt() - said.cached() - said.cacheWritten(),
                                said.cached(),
                                said.cacheWritten(),
                                said.completion()))
                        .orElse(List.of(77L, 0L, 0L, 0L)));
    }

    @Test
    void law5AStreamThatIsCutHasNoEnd() {
        holds(script -> {
            int finish = IntStream.range(0, script.chunks().size())
                    .filter(i -> script.chunks().get(i).finishes())
                    .findFirst()
                    .orElseThrow();
            Translation translation = new Translation();
            StringBuilder sse = new StringBuilder();
            for (ScriptChunk chunk : script.chunks().subList(0, finish)) {
                sse.append(translation.next(chunk));
            }

            assertThat(translation.reader.awaitsUsage()).isFalse();
            assertThat(new MessagesAccumulator().add(sse.toString()).types())
                    .doesNotContain("message_delta", "message_stop");
        });
    }

    @Test
    void law6WhatComesOutEqualsThePlainTranslation() {
        holds(script -> {
            Translation translation = new Translation();
            ObjectNode accumulated =
                    new MessagesAccumulator().add(translation.all(script)).message();

            ObjectNode plain = translation.writer.write(Answer.of(translation.events));

            assertThat(accumulated).isEqualTo(Json.read(Json.write(plain)));
        });
    }

    @Test
    void law6AnthropicsLibraryReadsThePlainTranslation() {
        holds(ScriptCount.READ_BY_SDKS, script -> {
            Translation translation = new Translation();
            String sse = translation.all(script);
            MessageAccumulator accumulator = MessageAccumulator.create();

            for (RawMessageStreamEvent event : official(sse)) {
                accumulator.accumulate(event);
            }

            String plain = Json.write(translation.writer.write(Answer.of(translation.events)));
            assertThat(accumulator.message())
                    .isEqualTo(ObjectMappers.jsonMapper().readValue(plain, Message.class));
        });
    }

    /** What the library's own reader of streams would hand on: pings are not. */
    private static List<RawMessageStreamEvent> official(String sse) throws JsonProcessingException {
        List<RawMessageStreamEvent> events = new ArrayList<>();
        for (String event : EventStream.objects(sse)) {
            if (!event.contains("\"type\":\"ping\"")) {
                events.add(ObjectMappers.jsonMapper().readValue(event, RawMessageStreamEvent.class));
            }
        }
        return events;
    }

    @Test
    void law6WhatComesOutHoldsWhatThePlainAnswerOfTheProviderWould() {
        holds(script -> {
            ObjectNode streamed = message(script);
            Translation plain = new Translation();

            String written = Json.write(plain.writer.write(plain.reader.readWhole(plainBody(script))));
            ObjectNode message = (ObjectNode) Json.read(written);

            assertThat(parts(message, "tool_use").stream().map(ChatToMessagesLawsTest::withoutId))
                    .isEqualTo(parts(streamed, "tool_use").stream()
                            .map(ChatToMessagesLawsTest::withoutId)
                            .toList());
            assertThat(joined(message, "thinking", "thinking")).isEqualTo(joined(streamed, "thinking", "thinking"));
            assertThat(sorted(joined(message, "text", "text"))).isEqualTo(sorted(joined(streamed, "text", "text")));
            assertThat(message.path("stop_reason")).isEqualTo(streamed.path("stop_reason"));
            assertThat(message.path("stop_sequence")).isEqualTo(streamed.path("stop_sequence"));
            assertThat(message.path("usage")).isEqualTo(streamed.path("usage"));
        });
    }

    /** The same answer as the provider would have given it without streaming. */
    private static ObjectNode plainBody(ChatScript script) {
        ObjectNode body = Json.object().put("object", "chat.completion");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        message.put("reasoning_content", script.prose(Kind.REASONING));
        message.put("content", script.prose(Kind.TEXT));
        message.put("refusal", script.prose(Kind.REFUSAL));
        ArrayNode calls = message.putArray("tool_calls");
        for (ScriptCall call : script.callsByName()) {
            ObjectNode json = calls.addObject().put("id", call.id()).put("type", "function");
            json.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        }
        script.chunks().stream()
                .filter(ScriptChunk::finishes)
                .flatMap(
                        chunk -> IntStream.range(0, chunk.json().path("choices").size())
                                .mapToObj(i -> chunk.json().path("choices").get(i)))
                .filter(finishing -> finishing.path("index").asInt(0) == 0)
                .forEach(finishing -> choice.setAll(
                        ((ObjectNode) finishing.deepCopy()).retain("finish_reason", "stop_reason", "stop_sequence")));
        script.usage().ifPresent(usage -> {
            ObjectNode json = body.putObject("usage")
                    .put("prompt_tokens", usage.prompt())
                    .put("completion_tokens", usage.completion());
            json.putObject("prompt_tokens_details")
                    .put("cached_tokens", usage.cached())
                    .put("cache_write_tokens", usage.cacheWritten());
        });
        return body;
    }

    /** Ids that came too late in a stream are in time here. */
    private static JsonNode withoutId(JsonNode call) {
        return ((ObjectNode) call.deepCopy()).without("id");
    }

    /** Refusals and texts may interleave. */
    private static List<Integer> sorted(String text) {
        return text.chars().sorted().boxed().toList();
    }

    private static List<JsonNode> parts(ObjectNode message, String type) {
        List<JsonNode> parts = new ArrayList<>();
        message.path("content").forEach(part -> {
            if (part.path("type").textValue().equals(type)) {
                parts.add(part);
            }
        });
        return parts;
    }

    private static String joined(ObjectNode message, String type, String member) {
        StringBuilder joined = new StringBuilder();
        parts(message, type).forEach(part -> joined.append(part.path(member).textValue()));
        return joined.toString();
    }

    @Test
    void theSameTextGivesTheSameBlocksHoweverItIsSplit() throws InvalidAnswerException {
        String[] words = {"<think>", "</think>", "<thi", "nk>", "</", "a", "\n", " ", "b<", "think"};
        for (long seed = 0; seed < ScriptCount.ALL; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append(words[random.nextInt(words.length)]);
            }
            Answer whole = new ChatAnswerReader(options(true), "req1")
                    .readWhole(ChatChunks.whole("{'content': " + ChatChunks.quoted(text.toString()) + "}", "stop"));

            ChatAnswerReader reader = new ChatAnswerReader(options(true), "req1");
            List<AnswerEvent> events = new ArrayList<>();
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(text.length(), at + 1 + random.nextInt(4));
                events.addAll(reader.read(ChatChunks.text(text.substring(at, end))));
                at = end;
            }
            events.addAll(reader.end());

            assertThat(Answer.of(events).blocks()).as("seed %d: %s", seed, text).isEqualTo(whole.blocks());
        }
    }
}
