package sidecar.dialect.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerEvent.Began;
import sidecar.dialect.answer.AnswerEvent.BlockBegan;
import sidecar.dialect.answer.AnswerEvent.BlockDelta;
import sidecar.dialect.answer.AnswerEvent.BlockEnded;
import sidecar.dialect.answer.AnswerEvent.Finished;
import sidecar.dialect.answer.StopReason;
import sidecar.dialect.request.ToolNames;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.json.Json;
import sidecar.ledger.Usage;

class ChatAnswerWriterTest {

    private static final String HEAD =
            "\"id\":\"chatcmpl-7f-3\",\"object\":\"chat.completion%s\",\"created\":1700000000,"
                    + "\"model\":\"smart\",";
    private static final String WHOLE_HEAD = "{" + HEAD.formatted("");
    private static final String CHUNK_HEAD = "{" + HEAD.formatted(".chunk");
    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":60},\"completion_tokens_details\":{\"reasoning_tokens\":7}}";
    private static final Usage USED = new Usage(100, 20, 60, 10, 7);

    private final ToolNames names = new ToolNames();

    @Test
    void aStreamedTextIsARoleItsPiecesAReasonAndDone() {
        ChatAnswerWriter writer = writer(true, false);

        assertThat(writer.write(new Began())).isEqualTo(delta("{\"role\":\"assistant\",\"content\":\"\"}"));
        assertThat(writer.write(new BlockBegan(new TextBlock()))).isEmpty();
        assertThat(writer.write(new BlockDelta("Hel"))).isEqualTo(delta("{\"content\":\"Hel\"}"));
        assertThat(writer.write(new BlockDelta("lo"))).isEqualTo(delta("{\"content\":\"lo\"}"));
        assertThat(writer.write(new BlockEnded())).isEmpty();
        assertThat(writer.write(finished(StopReason.END)))
                .isEqualTo("data: " + CHUNK_HEAD
                        + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    }

    @Test
    void usageIsGivenBetweenTheReasonAndDoneWhenItWasAsked() {
        String end = writer(true, true).write(finished(StopReason.END));

        assertThat(end)
                .endsWith("\"finish_reason\":\"stop\"}]}\n\ndata: " + CHUNK_HEAD + "\"choices\":[]," + USAGE
                        + "}\n\ndata: [DONE]\n\n");
    }

    @Test
    void usageThatIsNotKnownIsNotGiven() {
        String end = writer(true, true).write(new Finished(StopReason.END, Optional.empty(), Optional.empty()));

        assertThat(end).doesNotContain("usage").endsWith("\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    }

    @Test
    void streamedCallsCountFromZeroAndHaveTheClientsNames() {
        String name = "tool.with.dots";
        String shortened = names.providerName(ClientTool.function(name));
        ChatAnswerWriter writer = writer(true, false);

        assertThat(writer.write(new BlockBegan(new ToolCallBlock("toolu_1", shortened))))
                .isEqualTo(delta("{\"tool_calls\":[{\"index\":0,\"id\":\"toolu_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"tool.with.dots\",\"arguments\":\"\"}}]}"));
        assertThat(writer.write(new BlockDelta("{\"a\"")))
                .isEqualTo(delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}"));
        writer.write(new BlockEnded());
        assertThat(writer.write(new BlockBegan(new ToolCallBlock("toolu_2", "b"))))
                .contains("\"index\":1,\"id\":\"toolu_2\"")
                .contains("\"name\":\"b\"");
        assertThat(writer.write(new BlockDelta("{}"))).contains("{\"index\":1,\"function\":{\"arguments\":\"{}\"}}");
    }

    @ParameterizedTest
    @CsvSource({"true, reasoning_content", "false, "})
    void reasoningIsGivenWhereTheClientIsToSeeIt(boolean shown, String member) {
        ChatAnswerWriter writer = writer(shown, false);
        writer.write(new BlockBegan(new ReasoningBlock()));

        String written = writer.write(new BlockDelta("Hm"));

        assertThat(written).isEqualTo(member == null ? "" : delta("{\"" + member + "\":\"Hm\"}"));
    }

    @Test
    void aStreamedRefusalIsItsOwnMember() {
        ChatAnswerWriter writer = writer(true, false);
        writer.write(new BlockBegan(new RefusalBlock()));

        assertThat(writer.write(new BlockDelta("No."))).isEqualTo(delta("{\"refusal\":\"No.\"}"));
    }

    @ParameterizedTest
    @CsvSource({
        "END, stop",
        "STOP_SEQUENCE, stop",
        "MAX_TOKENS, length",
        "TOOL_USE, tool_calls",
        "CONTENT_FILTER, content_filter"
    })
    void reasonsHaveOpenAisNames(StopReason reason, String expected) {
        assertThat(writer(true, false).write(finished(reason))).contains("\"finish_reason\":\"" + expected + "\"");
        assertThat(whole(true, reason)).contains("\"finish_reason\":\"" + expected + "\"");
    }

    @Test
    void aWholeAnswerJoinsItsTextsAndHasUsage() {
        String written = whole(
                true,
                StopReason.END,
                block(new ReasoningBlock(), "H"),
                block(new TextBlock(), "Hel"),
                block(new ReasoningBlock(), "m"),
                block(new TextBlock(), "lo"));

        assertThat(written)
                .isEqualTo(WHOLE_HEAD + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                        + "\"content\":\"Hello\",\"refusal\":null,\"reasoning_content\":\"Hm\"},"
                        + "\"logprobs\":null,\"finish_reason\":\"stop\"}]," + USAGE + "}");
    }

    @Test
    void aWholeAnswerOfCallsHasNoContent() {
        String written = whole(
                false,
                StopReason.TOOL_USE,
                block(new ReasoningBlock(), "Hm"),
                block(new ToolCallBlock("c1", "a"), "{\"x\":1}"),
                block(new ToolCallBlock("c2", "b"), "{}"));

        assertThat(written)
                .contains("\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":null,\"tool_calls\":["
                        + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"x\\\":1}\"}},"
                        + "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"b\",\"arguments\":\"{}\"}}]}");
    }

    @Test
    void aWholeRefusalHasNoContentEither() {
        assertThat(whole(true, StopReason.CONTENT_FILTER, block(new RefusalBlock(), "No.")))
                .contains("\"content\":null,\"refusal\":\"No.\"}");
    }

    @Test
    void aWholeAnswerOfNothingIsAnEmptyText() {
        assertThat(whole(true, StopReason.MAX_TOKENS)).contains("\"content\":\"\",\"refusal\":null}");
    }

    @Test
    void aWholeAnswerWithoutUsageHasNone() {
        Answer answer = new Answer(List.of(), StopReason.END, Optional.empty(), Optional.empty());

        assertThat(writer(true, true).write(answer).has("usage")).isFalse();
    }

    private String whole(boolean showReasoning, StopReason reason, WholeBlock... blocks) {
        Answer answer = new Answer(List.of(blocks), reason, Optional.empty(), Optional.of(USED));
        return Json.write(writer(showReasoning, false).write(answer));
    }

    private static WholeBlock block(AnswerBlock block, String text) {
        return new WholeBlock(block, text);
    }

    private static AnswerEvent finished(StopReason reason) {
        return new Finished(reason, Optional.empty(), Optional.of(USED));
    }

    private static String delta(String delta) {
        return "data: " + CHUNK_HEAD + "\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":null}]}\n\n";
    }

    private ChatAnswerWriter writer(boolean showReasoning, boolean showUsage) {
        return new ChatAnswerWriter(new AnswerContext(
                "7f-3",
                "smart",
                Instant.ofEpochSecond(1_700_000_000),
                names,
                50,
                showReasoning,
                showUsage,
                Json.object()));
    }
}
