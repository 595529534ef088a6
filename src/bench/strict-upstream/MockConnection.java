package sidecar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sidecar.kit.Json;

/** The requests of one connection to the mock, one after the other. For one thread. */
final class MockConnection {

    private static final Pattern NONCE = Pattern.compile("#([0-9a-f]+)#");
    private static final int[] BUSY_STATUS = {429, 502, 503};

    private final MockUpstream mock;
    private final HttpConnection wire;

    MockConnection(MockUpstream mock, HttpConnection wire) {
        this.mock = mock;
        this.wire = wire;
    }

    /** Answers until the peer, or an answer, ends the connection. */
    void serve() throws IOException {
        for (HttpConnection.Head head = wire.head(); head != null; head = wire.head()) {
            String body = wire.requestBody(head).text();
            answer(head, body);
            if (head.saysClose()) {
                return;
            }
        }
    }

    private void answer(HttpConnection.Head head, String body) throws IOException {
        switch (head.second()) {
            case "/v1/chat/completions" -> chat(head, body);
            case "/v1/models" -> {
                mock.modelLists().incrementAndGet();
                String models = mock.models().stream()
                        .map(model -> "{\"id\":" + Json.quoted(model.name()) + ",\"object\":\"model\"}")
                        .collect(Collectors.joining(","));
                wire.reply(200, "application/json", "{\"object\":\"list\",\"data\":[" + models + "]}");
            }
            case "/control" -> wire.reply(200, "application/json", counters());
            default -> {
                mock.odd("a request for " + head.start());
                wire.reply(404, "application/problem+json", "{\"status\":404,\"title\":\"Not Found\"}");
            }
        }
    }

    private void chat(HttpConnection.Head head, String body) throws IOException {
        inspect(head, body);
        Account account = mock.accountOf(head.field("authorization").replaceFirst("^Bearer ", ""));
        if (account == null) {
            mock.odd("a request with an unknown key");
            wire.reply(401, "application/problem+json", "{\"status\":401,\"title\":\"Unauthorized\"}");
            return;
        }
        if (!account.admit()) {
            wire.reply(429, "application/problem+json", "{\"status\":429,\"title\":\"Too Many Requests\"}");
            return;
        }
        JsonNode request = Json.parse(body).orElse(null);
        if (request == null) {
            mock.odd("not JSON: " + body);
            wire.reply(400, "application/json", "{\"error\":{\"message\":\"invalid JSON\"}}");
            return;
        }
        MockModel model = mock.model(request.path("model").asText());
        if (model == null) {
            mock.odd("a request for the model " + request.path("model"));
            wire.reply(
                    404,
                    "application/problem+json",
                    "{\"status\":404,\"title\":\"Not Found\",\"detail\":\"no such model\"}");
            return;
        }
        work(model, request, body);
    }

    /** Looks for what belongs to the client alone. */
    private void inspect(HttpConnection.Head head, String body) {
        for (String secret : mock.forbidden()) {
            if (head.headers().lines().stream().anyMatch(line -> line.value().contains(secret))
                    || body.contains(secret)) {
                mock.odd("something of the client's own reached the upstream");
            }
        }
        if (head.headers().has("content-length") && head.isChunked()) {
            mock.odd("a request with two lengths");
        }
    }

    private void work(MockModel model, JsonNode request, String body) throws IOException {
        int tooMany = model.enter();
        if (tooMany > 0) {
            int status = BUSY_STATUS[mock.busyAnswers().getAndIncrement() % BUSY_STATUS.length];
            wire.reply(status, "application/json", busyBody(tooMany, model.workers()));
            return;
        }
        Leave leave = new Leave(model);
        try {
            switch (model.fault()) {
                case ERROR -> wire.reply(500, "application/json", "{\"error\":{\"message\":\"internal error\"}}");
                case HANG -> wire.awaitEnd();
                default -> complete(model, request, body, leave);
            }
        } finally {
            leave.once(false);
        }
    }

    private static String busyBody(int requests, int workers) {
        return "{\"error\":{\"message\":\"ResourceExhausted: Worker local total request limit reached (" + requests
                + "/" + workers + ")\",\"type\":\"server_error\",\"code\":null}}";
    }

    private void complete(MockModel model, JsonNode request, String body, Leave leave) throws IOException {
        Matcher nonce = NONCE.matcher(body);
        Answer answer = new Answer(model, nonce.find() ? nonce.group(1) : "0", Answer.usage(17, model.tokens()));
        if (request.path("stream").booleanValue()) {
            stream(answer, request.at("/stream_options/include_usage").booleanValue(), leave);
            return;
        }
        sleepUntil(System.nanoTime() + answer.model().tokens() * answer.model().intervalNanos());
        cutIfFaulty(model);
        // the worker is free before the gateway can know it, so whoever is refused was really too early
        leave.once(true);
        wire.reply(200, "application/json", answer.plain());
    }

    private void stream(Answer answer, boolean usage, Leave leave) throws IOException {
        MockModel model = answer.model();
        long start = System.nanoTime();
        wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                + HttpConnection.chunk(answer.role()));
        for (int i = 0; i < model.tokens(); i++) {
            sleepUntil(start + (i + 1) * model.intervalNanos());
            wire.send(HttpConnection.chunk(answer.token(i)));
            if (i == model.tokens() / 2) {
                cutIfFaulty(model);
            }
        }
        leave.once(true);
        wire.send(HttpConnection.chunk(answer.end() + (usage ? answer.usageEvent() : "") + "data: [DONE]\n\n")
                + "0\r\n\r\n");
    }

    private static void cutIfFaulty(MockModel model) throws IOException {
        if (model.fault() == MockModel.Fault.CUT) {
            throw new IOException("cut on purpose");
        }
    }

    /** Gives a worker back, whoever comes first. */
    private static final class Leave {

        private final MockModel model;
        private boolean left;

        private Leave(MockModel model) {
            this.model = model;
        }

        void once(boolean whole) {
            if (!left) {
                left = true;
                model.leave(whole);
            }
        }
    }

    private static void sleepUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private String counters() {
        Map<String, String> accounts = mock.accounts().stream()
                .collect(Collectors.toMap(
                        Account::name,
                        account -> "{\"limit\":" + account.limit() + ",\"admitted\":"
                                + account.admissions().size() + ",\"violations\":"
                                + account.violations().size() + ",\"most_in_60s\":"
                                + account.arrivals().mostWithin(Account.WINDOW_NANOS) + "}"));
        String each = accounts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> Json.quoted(entry.getKey()) + ":" + entry.getValue())
                .collect(Collectors.joining(","));
        return "{\"admitted\":" + mock.admitted() + ",\"violations\":"
                + mock.violations().size() + ",\"busy\":" + mock.busyAnswers().get() + ",\"oddities\":"
                + mock.oddities().size() + ",\"model_lists\":"
                + mock.modelLists().get() + ",\"accounts\":{" + each + "}}\n";
    }
}
