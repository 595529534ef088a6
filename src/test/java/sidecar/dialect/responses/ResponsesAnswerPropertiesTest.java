package sidecar.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static sidecar.dialect.responses.ResponsesTrees.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sidecar.dialect.ScriptCount;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.RefusalBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;
import sidecar.dialect.answer.AnswerBlock.ToolCallBlock;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.StopReason;
import sidecar.dialect.request.AssistantPart;
import sidecar.dialect.request.AssistantPart.AssistantText;
import sidecar.dialect.request.AssistantPart.ReasoningPart;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ConversationTurn;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.ReadRequest;
import sidecar.json.Json;
import sidecar.ledger.Usage;

/** What must hold of every answer, whatever blocks it has and however they are cut into pieces. Drawn from one seed. */
class ResponsesAnswerPropertiesTest {

    private static final long SEED = 20261129;

    private static final String TOOLS = "tools: [{type: 'function', name: 'ls', parameters: {}},"
            + " {type: 'custom', name: 'patch'}, {type: 'namespace', name: 'fs', description: 'Files.', tools: [{type: 'function', name: 'ls'},"
            + " {type: 'custom', name: 'write'}]}]";
    private static final List<String> FUNCTIONS = List.of("ls", "fs__ls");
    private static final List<String> CUSTOMS = List.of("patch", "fs__write");
    private static final List<String> PIECES = List.of(
            "a",
            "Hello, ",
            "\n\n",
            "\"",
            "\\",
            "{",
            "}",
            "ü",
            "😀",
            "\ud83d",
            "\u2028",
            "data: x\n\n",
            "\u0000",
            "\t",
            ",[]");

    /** An answer and what it was to. */
    private record Script(ObjectNode request, ReadRequest read, List<AnswerEvent> events) {}

    @Test
    void itemsLiveOneAfterTheOtherWithTheirOwnIndexesAndIds() throws InvalidRequestException {
        Random random = new Random(SEED);
        for (int run = 0; run < ScriptCount.ALL; run++) {
            Script script = script(random);

            List<ObjectNode> sent = SentEvents.of(SentEvents.head(script.read.names(), script.request), script.events)
                    .trees();

            new Life(sent, "run " + run).check();
        }
    }

    @Test
    void openAisLibraryFindsTheWholeAnswerInTheEvents() throws InvalidRequestException {
        Random random = new Random(SEED + 1);
        for (int run = 0; run < ScriptCount.READ_BY_SDKS; run++) {
            Script script = script(random);
            AnswerContext head = SentEvents.head(script.read.names(), script.request);
            ObjectNode whole = SentEvents.whole(head, Answer.of(script.events));

            SentEvents sent = SentEvents.of(head, script.events);

            assertThat(sent.last().path("response")).as("run %d", run).isEqualTo(whole);
            checkOfficial(sent.official(), SentEvents.officialResponse(whole), "run " + run);
        }
    }

    private static void checkOfficial(List<ResponseStreamEvent> events, Response whole, String run) {
        ResponseAccumulator accumulator = ResponseAccumulator.createWithSnapshots();
        events.subList(0, events.size() - 1).forEach(accumulator::accumulate);
        // Put together from the pieces alone: the event that holds everything has not come yet.
        assertThat(accumulator.snapshot().orElseThrow().output()).as(run).isEqualTo(whole.output());
        accumulator.accumulate(events.get(events.size() - 1));
        assertThat(accumulator.response()).as(run).isEqualTo(whole);
    }

    @Test
    void whatWasAnsweredComesBackInTheNextRequest() throws InvalidRequestException {
        Random random = new Random(SEED + 2);
        for (int run = 0; run < ScriptCount.ALL; run++) {
            Script script = script(random);
            Answer answer = Answer.of(script.events);
            ObjectNode whole = SentEvents.whole(SentEvents.head(script.read.names(), script.request), answer);
            ObjectNode next = script.request.deepCopy();
            next.set("input", whole.path("output"));

            ReadRequest read = ResponsesRequestReader.read(next);

            assertThat(parts(read.conversation().turns())).as("run %d", run).isEqualTo(expected(answer));
            assertThat(read.losses().list()).as("run %d", run).isEmpty();
        }
    }

    private static List<AssistantPart> parts(List<ConversationTurn> turns) {
        return turns.stream()
                .flatMap(turn -> ((AssistantTurn) turn).parts().stream())
                .toList();
    }

    private static List<AssistantPart> expected(Answer answer) {
        List<AssistantPart> parts = new ArrayList<>();
        for (Answer.WholeBlock block : answer.blocks()) {
            if (block.block() instanceof ToolCallBlock call) {
                parts.add(new ToolCallPart(call.id(), call.name(), block.text()));
            } else if (!(block.block() instanceof ReasoningBlock)) {
                parts.add(new AssistantText(block.text()));
            } else if (!block.text().isEmpty()) {
                parts.add(new ReasoningPart(block.text()));
            }
        }
        return parts;
    }

    private static Script script(Random random) throws InvalidRequestException {
        boolean carried = random.nextBoolean();
        ObjectNode request = tree("{model: 'm', input: 'x', " + TOOLS
                + (carried ? ", include: ['reasoning.encrypted_content']" : "") + "}");
        List<AnswerEvent> events = new ArrayList<>(List.of(new AnswerEvent.Began()));
        int blocks = random.nextInt(6);
        for (int i = 0; i < blocks; i++) {
            addBlock(random, i, !carried, events);
        }
        StopReason[] reasons = StopReason.values();
        Optional<Usage> usage = random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(new Usage(random.nextInt(100), random.nextInt(100), 1, 2, 3));
        events.add(new AnswerEvent.Finished(reasons[random.nextInt(reasons.length)], Optional.empty(), usage));
        return new Script(request, ResponsesRequestReader.read(request), events);
    }

    /** @param halves whether reasoning may hold half a surrogate pair, which base64 of UTF-8 cannot carry */
    private static void addBlock(Random random, int index, boolean halves, List<AnswerEvent> events) {
        AnswerBlock block;
        String text = text(random);
        switch (random.nextInt(5)) {
            case 0 -> {
                block = new ReasoningBlock();
                text = halves ? text : text.replaceAll("\\p{Cs}", "");
            }
            case 1 -> block = new RefusalBlock();
            case 2 -> {
                block = new ToolCallBlock("functions.ls:" + index, FUNCTIONS.get(random.nextInt(2)));
                text = Json.write(Json.object().put("dir", text));
            }
            case 3 -> {
                block = new ToolCallBlock("call_" + index, CUSTOMS.get(random.nextInt(2)));
                text = Json.write(Json.object().put("input", text));
            }
            default -> block = new TextBlock();
        }
        events.add(new AnswerEvent.BlockBegan(block));
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(12));
            events.add(new AnswerEvent.BlockDelta(text.substring(from, to)));
            from = to;
        }
        events.add(new AnswerEvent.BlockEnded());
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(8); left > 0; left--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    /** The laws of one stream, looked at event by event without the writer's help. */
    private static final class Life {

        private final List<ObjectNode> events;
        private final String run;
        private final Set<String> ids = new HashSet<>();
        private final JsonNode output;
        private int next;
        private int items;

        Life(List<ObjectNode> events, String run) {
            this.events = events;
            this.run = run;
            this.output = events.get(events.size() - 1).path("response").path("output");
        }

        void check() {
            JsonNode created = take("response.created").path("response");
            assertThat(take("response.in_progress").path("response")).as(run).isEqualTo(created);
            while (next < events.size() - 1) {
                checkItem();
                items++;
            }
            assertThat(output).as(run).hasSize(items);
            ObjectNode last = events.get(next);
            JsonNode response = last.path("response");
            take("response." + response.path("status").textValue());
            assertThat(response.path("status").textValue()).as(run).isIn("completed", "incomplete");
            assertThat(response.path("id")).as(run).isEqualTo(created.path("id"));
        }

        private void checkItem() {
            ObjectNode added = take("response.output_item.added");
            String id = added.path("item").path("id").textValue();
            String type = added.path("item").path("type").textValue();
            assertThat(ids.add(id)).as("%s: id %s is new", run, id).isTrue();
            boolean parts = type.equals("message") || type.equals("reasoning");
            String partType = parts ? takePart("added", id, "").path("type").textValue() : type;
            String event = eventsOf(partType);
            StringBuilder text = new StringBuilder();
            while (events.get(next).path("type").textValue().endsWith(".delta")) {
                ObjectNode delta = takeInside(event + ".delta", id, parts);
                assertThat(delta.path("delta").textValue()).as(run).isNotEmpty();
                text.append(delta.path("delta").textValue());
            }
            ObjectNode done = takeInside(event + ".done", id, parts);
            assertThat(done.path(memberOf(partType)).textValue()).as(run).isEqualTo(text.toString());
            if (parts) {
                takePart("done", id, text.toString());
            }
            ObjectNode itemDone = take("response.output_item.done");
            assertThat(itemDone.path("output_index").intValue()).as(run).isEqualTo(items);
            assertThat(itemDone.path("item")).as(run).isEqualTo(output.get(items));
            assertThat(itemDone.path("item").path("id").textValue()).as(run).isEqualTo(id);
            assertThat(itemDone.path("item").path("status").textValue()).as(run).isEqualTo("completed");
        }

        private JsonNode takePart(String end, String id, String text) {
            JsonNode part = takeInside("response.content_part." + end, id, true).path("part");
            assertThat(part.path(memberOf(part.path("type").textValue())).textValue())
                    .as(run)
                    .isEqualTo(text);
            return part;
        }

        private ObjectNode takeInside(String type, String id, boolean parts) {
            ObjectNode event = take(type);
            assertThat(event.path("item_id").textValue()).as(run).isEqualTo(id);
            assertThat(event.path("output_index").intValue()).as(run).isEqualTo(items);
            assertThat(event.has("content_index")).as(run).isEqualTo(parts);
            assertThat(event.path("content_index").asInt()).as(run).isZero();
            return event;
        }

        private ObjectNode take(String type) {
            ObjectNode event = events.get(next);
            assertThat(event.path("type").textValue()).as(run).isEqualTo(type);
            assertThat(event.path("sequence_number").intValue()).as(run).isEqualTo(next);
            next++;
            return event;
        }

        private static String eventsOf(String type) {
            return switch (type) {
                case "output_text" -> "response.output_text";
                case "refusal" -> "response.refusal";
                case "reasoning_text" -> "response.reasoning_text";
                case "function_call" -> "response.function_call_arguments";
                case "custom_tool_call" -> "response.custom_tool_call_input";
                default -> throw new AssertionError(type);
            };
        }

        private static String memberOf(String type) {
            return switch (type) {
                case "refusal" -> "refusal";
                case "function_call" -> "arguments";
                case "custom_tool_call" -> "input";
                default -> "text";
            };
        }
    }
}
