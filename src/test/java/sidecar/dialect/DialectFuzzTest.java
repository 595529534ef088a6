package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.answer.AnswerReader;
import sidecar.dialect.answer.AnswerWriter;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.json.Json;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;

/**
 * Whatever JSON a client or a provider sends: it is translated, or refused with the one exception for that. The first byte of an input
 * chooses the other dialect, where there are two, and the mapping's {@code compat}; the rest says what is changed in a rich sample.
 */
class DialectFuzzTest {

    private static MappingOptions options(int choice) {
        Map<String, Object> compat = choice >= 128
                ? Map.of("carryReasoning", true, "systemOnlyFirst", true, "topK", true, "thinkTags", true)
                : Map.of();
        ModelMapping plain = ModelMapping.of("m", "n");
        return MappingOptions.of(
                new ModelMapping(
                        "m",
                        "n",
                        choice >= 64,
                        false,
                        plain.inputModalities(),
                        plain.cost(),
                        plain.contextWindow(),
                        plain.maxTokens(),
                        compat),
                "m");
    }

    private static AnswerWriter writer(TranslatedRequest request, ObjectNode asked) {
        return request.writer(new AnswerContext("r", "m", Instant.EPOCH, request.names(), 1, true, true, asked));
    }

    @FuzzTest
    void aRequestOfChat(byte[] input) {
        request(Dialect.CHAT, input);
    }

    @FuzzTest
    void aRequestOfMessages(byte[] input) {
        request(Dialect.MESSAGES, input);
    }

    @FuzzTest
    void aRequestOfResponses(byte[] input) {
        request(Dialect.RESPONSES, input);
    }

    private static void request(Dialect client, byte[] input) {
        int choice = input.length == 0 ? 0 : input[0] & 0xff;
        Dialect provider = client == Dialect.CHAT || (choice % 2 == 1 && client == Dialect.RESPONSES)
                ? Dialect.MESSAGES
                : Dialect.CHAT;
        ObjectNode body = DialectSamples.changedRequest(client, input, 1);
        JsonNode before = body.deepCopy();
        try {
            TranslatedRequest translated = TranslatedRequest.of(client, provider, body, options(choice));
            assertThat(translated.body().isEmpty()).isFalse();
            Json.utf8(Json.write(translated.body()));
            assertThat(TokenEstimate.of(body)).isPositive();
        } catch (InvalidRequestException refused) {
            assertThat(refused.explanation()).isNotBlank();
        }
        assertThat(body).as("the client's own").isEqualTo(before);
    }

    @FuzzTest
    void anAnswerOfChat(byte[] input) throws InvalidRequestException {
        answer(input, Dialect.CHAT, Dialect.MESSAGES, Dialect.RESPONSES);
    }

    @FuzzTest
    void anAnswerOfMessages(byte[] input) throws InvalidRequestException {
        answer(input, Dialect.MESSAGES, Dialect.CHAT, Dialect.RESPONSES);
    }

    private static void answer(byte[] input, Dialect provider, Dialect... clients) throws InvalidRequestException {
        int choice = input.length == 0 ? 0 : input[0] & 0xff;
        Dialect client = clients[choice % clients.length];
        ObjectNode asked = DialectSamples.request(client);
        TranslatedRequest request = TranslatedRequest.of(client, provider, asked, options(choice));
        JsonNode answers = DialectSamples.changedAnswer(provider, input, 1);
        if (answers.path("whole") instanceof ObjectNode body) {
            try {
                Answer answer = request.reader("r").readWhole(body);
                Json.utf8(Json.write(writer(request, asked).write(answer)));
            } catch (InvalidAnswerException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            }
        }
        stream(answers.path("events"), request, asked);
    }

    private static void stream(JsonNode sent, TranslatedRequest request, ObjectNode asked) {
        AnswerReader reader = request.reader("r");
        AnswerWriter writer = writer(request, asked);
        List<AnswerEvent> events = new ArrayList<>();
        try {
            for (JsonNode event : sent) {
                if (event instanceof ObjectNode object) {
                    events.addAll(reader.read(object));
                }
            }
            events.addAll(reader.end());
        } catch (InvalidAnswerException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
        }
        AnswerOrder.check(events);
        events.forEach(event -> Json.utf8(writer.write(event)));
    }

    /** The order that {@link AnswerEvent} promises. */
    private static final class AnswerOrder {

        static void check(List<AnswerEvent> events) {
            boolean open = false;
            for (int i = 0; i < events.size(); i++) {
                AnswerEvent event = events.get(i);
                assertThat(event instanceof AnswerEvent.Began)
                        .as("begins first")
                        .isEqualTo(i == 0);
                if (event instanceof AnswerEvent.BlockBegan) {
                    assertThat(open).as("one block at a time").isFalse();
                    open = true;
                } else if (event instanceof AnswerEvent.BlockDelta) {
                    assertThat(open).as("a delta of an open block").isTrue();
                } else if (event instanceof AnswerEvent.BlockEnded) {
                    assertThat(open).as("an end of an open block").isTrue();
                    open = false;
                } else if (event instanceof AnswerEvent.Finished) {
                    assertThat(open).as("finished with no block open").isFalse();
                    assertThat(i).as("nothing after the end").isEqualTo(events.size() - 1);
                }
            }
        }

        private AnswerOrder() {}
    }
}
