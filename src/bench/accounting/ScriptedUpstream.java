package sidecar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.kit.Json;

/** An OpenAI-compatible upstream at 127.0.0.1 that does at once what each {@link Question} says, and writes it down. */
final class ScriptedUpstream implements AutoCloseable {

    private static final String JSON = "application/json";

    private final Map<String, Provider> providers;
    private final Map<String, MockModel> models;
    private final Books books = new Books();
    private final List<String> oddities = new CopyOnWriteArrayList<>();
    private final Listener listener;

    ScriptedUpstream(List<Provider> providers, List<MockModel> models) {
        this.providers = providers.stream().collect(Collectors.toMap(Provider::key, Function.identity()));
        this.models = models.stream().collect(Collectors.toMap(MockModel::name, Function.identity()));
        this.listener = Listener.at(0, this::serve);
    }

    private void serve(HttpConnection wire) throws IOException {
        for (HttpConnection.Head head = wire.head(); head != null; head = wire.head()) {
            answer(wire, head, wire.requestBody(head).text());
            if (head.saysClose()) {
                return;
            }
        }
    }

    private void answer(HttpConnection wire, HttpConnection.Head head, String body) throws IOException {
        JsonNode request = Json.read(body);
        Question question = Question.in(body);
        Provider provider = providers.get(head.field("authorization").replaceFirst("^Bearer ", ""));
        MockModel model = models.get(request.path("model").asText());
        if (!head.second().equals("/v1/chat/completions") || question == null || provider == null || model == null) {
            oddities.add(head.start());
            wire.reply(404, JSON, "{\"error\":{\"message\":\"what is that?\"}}");
            return;
        }
        int status = books.attempt(provider, Provider.model(model.name()), question);
        if (status != 200) {
            wire.reply(status, JSON, "{\"error\":{\"message\":\"as you said\",\"type\":\"a_test\",\"code\":null}}");
        } else {
            complete(
                    wire,
                    request,
                    new Answer(model, question.id(), question.tokens().json()));
        }
    }

    private static void complete(HttpConnection wire, JsonNode request, Answer answer) throws IOException {
        if (!request.path("stream").booleanValue()) {
            wire.reply(200, JSON, answer.plain());
            return;
        }
        StringBuilder events = new StringBuilder(answer.role());
        for (int place = 0; place < answer.model().tokens(); place++) {
            events.append(answer.token(place));
        }
        events.append(answer.end());
        if (request.at("/stream_options/include_usage").booleanValue()) {
            events.append(answer.usageEvent());
        }
        events.append("data: [DONE]\n\n");
        wire.send("HTTP/1.1 200 Said\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                + HttpConnection.chunk(events.toString()) + "0\r\n\r\n");
    }

    Books books() {
        return books;
    }

    /** What nobody should have asked. */
    List<String> oddities() {
        return List.copyOf(oddities);
    }

    int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }
}
