package sidecar.dialect.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.dialect.ChatChunks.head;
import static sidecar.dialect.ChatChunks.json;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.Answer.WholeBlock;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.RefusalBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerEvent.BlockBegan;
import sidecar.dialect.answer.AnswerEvent.BlockDelta;
import sidecar.dialect.answer.AnswerEvent.BlockEnded;
import sidecar.dialect.answer.StopReason;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.json.Json;
import sidecar.ledger.Usage;

class MessagesAnswerWriterTest {

    private static final Usage USAGE = new Usage(100, 20, 30, 10, 5);

    private final ToolNames names = new ToolNames();
    private final MessagesAnswerWriter writer = new MessagesAnswerWriter(head(names, true));
    private final MessagesAnswerWriter withoutReasoning = new MessagesAnswerWriter(head(names, false));

    private static String written(MessagesAnswerWriter writer, AnswerEvent... events) {
        StringBuilder sse = new StringBuilder();
        for (AnswerEvent event : events) {
            sse.append(writer.write(event));
        }
        return sse.toString();
    }

    private static AnswerEvent finished(StopReason reason) {
        return new AnswerEvent.Finished(reason, Optional.empty(), Optional.of(USAGE));
    }

    private static Answer answer(WholeBlock... blocks) {
        return new Answer(List.of(blocks), StopReason.END, Optional.empty(), Optional.of(USAGE));
    }

    // ---- streamed ----

    @Test
    void theMessageStartsWithTheEstimateAndAPing() {
        assertThat(writer.write(new AnswerEvent.Began())).isEqualTo("""
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_req1","type":"message","role":"assistant","model":"claude-x",\
            "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":77,\
            "cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

            event: ping
            data: {"type":"ping"}

            """);
    }

    @Test
    void aTextIsABlockOfTextDeltas() {
        String sse = written(
                writer, new BlockBegan(new TextBlock()), new BlockDelta("Hel"), new BlockDelta("lo"), new BlockEnded());

        assertThat(sse).isEqualTo("""
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            """);
    }

    @Test
    void reasoningIsSignedBeforeItsEnd() {
        String sse = written(writer, new BlockBegan(new ReasoningBlock()), new BlockDelta("hm"), new BlockEnded());

        assertThat(sse).isEqualTo("""
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sidecar"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            """);
    }

    @Test
    void aCallIsABlockOfInputDeltas() {
        String sse = written(
                writer,
                new BlockBegan(new ToolCallBlock("call_1", "read")),
                new BlockDelta("{\"a\":"),
                new BlockDelta("1}"),
                new BlockEnded());

        assertThat(sse).isEqualTo("""
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"call_1","name":"read","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"1}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            """);
    }

    @Test
    void reasoningThatWasNotAskedForTakesNoIndex() {
        String hidden =
                written(withoutReasoning, new BlockBegan(new ReasoningBlock()), new BlockDelta("hm"), new BlockEnded());
        String shown = withoutReasoning.write(new BlockBegan(new TextBlock()));

        assertThat(hidden).isEmpty();
        assertThat(shown).contains("\"index\":0");
    }

    @Test
    void indexesCountTheBlocks() {
        written(
                writer,
                new BlockBegan(new ReasoningBlock()),
                new BlockEnded(),
                new BlockBegan(new TextBlock()),
                new BlockEnded());

        assertThat(writer.write(new BlockBegan(new RefusalBlock())))
                .contains("\"index\":2,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
    }

    @Test
    void theLastEventsTellReasonAndUsage() {
        assertThat(writer.write(finished(StopReason.TOOL_USE))).isEqualTo("""
            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},\
            "usage":{"input_tokens":60,"cache_creation_input_tokens":10,"cache_read_input_tokens":30,"output_tokens":20}}

            event: message_stop
            data: {"type":"message_stop"}

            """);
    }

    @ParameterizedTest
    @CsvSource({
        "END, end_turn",
        "STOP_SEQUENCE, stop_sequence",
        "MAX_TOKENS, max_tokens",
        "TOOL_USE, tool_use",
        "CONTENT_FILTER, refusal"
    })
    void reasonsHaveAnthropicsNames(StopReason reason, String expected) {
        assertThat(writer.write(finished(reason))).contains("\"stop_reason\":\"" + expected + "\"");
    }

    @Test
    void withoutUsageThePromptStaysTheEstimate() {
        String sse = writer.write(new AnswerEvent.Finished(StopReason.END, Optional.empty(), Optional.empty()));

        assertThat(sse)
                .contains(
                        "\"usage\":{\"input_tokens\":77,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":0}");
    }

    @ParameterizedTest
    @CsvSource({"100, 0, 0, 100", "100, 100, 0, 0", "100, 60, 60, 0", "0, 0, 0, 77", "1, 0, 0, 1"})
    void whatTheCacheGaveAndTookIsNotCountedTwice(long prompt, long cached, long written, long input) {
        Usage usage = new Usage(prompt, 4, cached, written, 0);

        String sse = writer.write(new AnswerEvent.Finished(StopReason.END, Optional.empty(), Optional.of(usage)));

        assertThat(sse)
                .contains("\"usage\":{\"input_tokens\":" + input + ",\"cache_creation_input_tokens\":" + written
                        + ",\"cache_read_input_tokens\":" + cached + ",\"output_tokens\":4}");
    }

    @Test
    void theTextThatStoppedItIsTold() {
        String sse =
                writer.write(new AnswerEvent.Finished(StopReason.STOP_SEQUENCE, Optional.of("###"), Optional.empty()));

        assertThat(sse).contains("\"delta\":{\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"###\"}");
    }

    // ---- names and ids ----

    @Test
    void aCallHasTheClientsNameAndAnIdThatTheClientTakes() {
        String longName = "mcp__server__" + "x".repeat(80);
        String providerName = names.providerName(ClientTool.function(longName));

        String sse = writer.write(new BlockBegan(new ToolCallBlock("functions.Read:0", providerName)));

        assertThat(sse).contains("\"id\":\"toolu_xZnVuY3Rpb25zLlJlYWQ6MA\",\"name\":\"" + longName + "\"");
    }

    // ---- whole ----

    @Test
    void aWholeAnswerIsAMessage() {
        Answer answer = new Answer(
                List.of(
                        new WholeBlock(new ReasoningBlock(), "hm"),
                        new WholeBlock(new TextBlock(), "Hello"),
                        new WholeBlock(new ToolCallBlock("call_1", "read"), "{\"path\":\"a\",\"n\":1.50}")),
                StopReason.TOOL_USE,
                Optional.empty(),
                Optional.of(USAGE));

        assertThat(Json.write(writer.write(answer))).isEqualTo(Json.write(json("""
            {'id': 'msg_req1', 'type': 'message', 'role': 'assistant', 'model': 'claude-x',
             'content': [
               {'type': 'thinking', 'thinking': 'hm', 'signature': 'sidecar'},
               {'type': 'text', 'text': 'Hello'},
               {'type': 'tool_use', 'id': 'call_1', 'name': 'read', 'input': {'path': 'a', 'n': 1.50}}],
             'stop_reason': 'tool_use', 'stop_sequence': null,
             'usage': {'input_tokens': 60, 'cache_creation_input_tokens': 10, 'cache_read_input_tokens': 30, 'output_tokens': 20}}
            """)));
    }

    @Test
    void aWholeAnswerLeavesOutReasoningThatWasNotAskedFor() {
        Answer answer = answer(new WholeBlock(new ReasoningBlock(), "hm"), new WholeBlock(new RefusalBlock(), "No."));

        assertThat(withoutReasoning.write(answer).path("content"))
                .isEqualTo(json("{'c': [{'type': 'text', 'text': 'No.'}]}").path("c"));
    }

    @Test
    void aWholeAnswerMayBeEmpty() {
        assertThat(writer.write(answer()).path("content")).isEqualTo(Json.array());
        assertThat(writer.write(answer()).path("stop_reason").textValue()).isEqualTo("end_turn");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"{\"a\":1,\"a\":2}", "{\"a\":DEEP}"})
    void argumentsThatOurJsonDoesNotReadStayAsTheyAre(String arguments) {
        String text = arguments.replace("DEEP", "[".repeat(100) + "]".repeat(100));
        AnswerBlock call = new ToolCallBlock("call_1", "read");

        String message = Json.write(writer.write(answer(new WholeBlock(call, text))));

        assertThat(message).contains("\"name\":\"read\",\"input\":" + text + "}");
    }

    @Test
    void aWholeAnswerLeavesOutACallThatWasCutOff() {
        Answer answer = answer(
                new WholeBlock(new TextBlock(), "a"),
                new WholeBlock(new ToolCallBlock("call_1", "read"), "{\"path\":\"/et"));

        assertThat(writer.write(answer).path("content")).hasSize(1);
    }
}
