package sidecar.dialect.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStreamEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.dialect.answer.Answer;
import sidecar.dialect.answer.AnswerContext;
import sidecar.dialect.answer.AnswerEvent;
import sidecar.dialect.request.ToolNames;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** The events that a client is sent, as trees and as OpenAI's own library reads them. */
record SentEvents(List<ObjectNode> trees) {

    private static final Pattern EVENT = Pattern.compile("event: (\\S+)\ndata: ([^\n]*)\n\n");

    static AnswerContext head(ToolNames names, ObjectNode request) {
        return new AnswerContext(
                "req/1-a", "canon", Instant.parse("2026-11-29T12:00:00Z"), names, 10, false, false, request);
    }

    static SentEvents of(AnswerContext head, List<AnswerEvent> answer) {
        ResponsesAnswerWriter writer = new ResponsesAnswerWriter(head);
        StringBuilder text = new StringBuilder();
        answer.forEach(event -> text.append(writer.write(event)));
        return new SentEvents(parse(text.toString()));
    }

    /** A whole answer as it arrives. */
    static ObjectNode whole(AnswerContext head, Answer answer) {
        return tree(Json.write(new ResponsesAnswerWriter(head).write(answer)));
    }

    private static List<ObjectNode> parse(String text) {
        List<ObjectNode> trees = new ArrayList<>();
        Matcher event = EVENT.matcher(text);
        int end = 0;
        while (event.find() && event.start() == end) {
            ObjectNode tree = tree(event.group(2));
            if (!tree.path("type").textValue().equals(event.group(1))) {
                throw new AssertionError("event " + event.group(1) + " holds " + tree);
            }
            trees.add(tree);
            end = event.end();
        }
        if (end != text.length()) {
            throw new AssertionError("no event: " + text.substring(end));
        }
        return trees;
    }

    private static ObjectNode tree(String json) {
        try {
            return (ObjectNode) Json.read(json);
        } catch (MalformedJsonException e) {
            throw new AssertionError(json, e);
        }
    }

    List<String> types() {
        return trees.stream().map(tree -> tree.path("type").textValue()).toList();
    }

    ObjectNode last() {
        return trees.get(trees.size() - 1);
    }

    /** As OpenAI's library reads them, which must find nothing missing. */
    List<ResponseStreamEvent> official() {
        return trees.stream()
                .map(tree -> official(tree, ResponseStreamEvent.class).validate())
                .toList();
    }

    static Response officialResponse(JsonNode tree) {
        return official(tree, Response.class).validate();
    }

    private static <T> T official(JsonNode tree, Class<T> type) {
        try {
            return ObjectMappers.jsonMapper().readValue(Json.write(tree), type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(tree.toString(), e);
        }
    }
}
