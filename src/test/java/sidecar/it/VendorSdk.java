package sidecar.it;

import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.List;
import sidecar.kit.EventStream;
import sidecar.kit.Json;
import sidecar.kit.Reply;

/** Answers of {@code /v1}, streamed ones put together by the vendors' own libraries, as the JSON of a plain answer. */
enum VendorSdk {
    CHAT {
        @Override
        ObjectNode streamed(List<String> events) {
            ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
            StringBuilder reasoning = new StringBuilder();
            for (String event : events) {
                accumulator.accumulate(openAi(event, ChatCompletionChunk.class));
                reasoning.append(Json.read(event)
                        .at("/choices/0/delta/reasoning_content")
                        .asText());
            }
            ObjectNode whole = json(accumulator.chatCompletion());
            // not a field of OpenAI's, so the library leaves it to its callers
            ((ObjectNode) whole.at("/choices/0/message")).put("reasoning_content", reasoning.toString());
            return whole;
        }
    },
    MESSAGES {
        @Override
        ObjectNode streamed(List<String> events) {
            MessageAccumulator accumulator = MessageAccumulator.create();
            events.stream()
                    // the library's reader of streams does not hand them on
                    .filter(event -> !Json.read(event).path("type").asText().equals("ping"))
                    .forEach(event -> accumulator.accumulate(anthropic(event, RawMessageStreamEvent.class)));
            return (ObjectNode) Json.read(anthropicJson(accumulator.message()));
        }
    },
    RESPONSES {
        @Override
        ObjectNode streamed(List<String> events) {
            ResponseAccumulator accumulator = ResponseAccumulator.create();
            events.forEach(event -> accumulator.accumulate(openAi(event, ResponseStreamEvent.class)));
            return json(accumulator.response());
        }
    };

    abstract ObjectNode streamed(List<String> events);

    /** The whole answer. */
    final ObjectNode read(Reply reply) {
        if (!reply.header("Content-Type").startsWith("text/event-stream")) {
            return (ObjectNode) reply.json();
        }
        return streamed(EventStream.objects(reply.text()));
    }

    private static <T> T openAi(String json, Class<T> type) {
        try {
            return com.openai.core.ObjectMappers.jsonMapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    private static ObjectNode json(Object value) {
        try {
            JsonNode tree = Json.read(com.openai.core.ObjectMappers.jsonMapper().writeValueAsString(value));
            return (ObjectNode) tree;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T anthropic(String json, Class<T> type) {
        try {
            return com.anthropic.core.ObjectMappers.jsonMapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    private static String anthropicJson(Message message) {
        try {
            return com.anthropic.core.ObjectMappers.jsonMapper().writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
