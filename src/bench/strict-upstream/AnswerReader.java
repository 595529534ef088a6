package sidecar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import sidecar.kit.Json;

/** Reads one answer and says what is wrong with it. For one thread. */
final class AnswerReader {

    private static final int SHOWN = 400;

    private final String model;
    private final String expected;
    private final boolean usage;
    private final StringBuilder content = new StringBuilder();
    private Optional<Outcome.Failure> failure = Optional.empty();
    private long firstContentNanos;
    private boolean finished;
    private boolean done;
    private boolean usageSeen;

    /**
     * @param model the name that must come back
     * @param usage whether the stream must tell the usage; without it, it must not
     */
    AnswerReader(String model, String nonce, int tokens, boolean usage) {
        this.model = model;
        this.expected = Answer.content(nonce, tokens);
        this.usage = usage;
    }

    /** Reads it to its end. */
    void read(HttpConnection.Head head, HttpConnection.Body body, boolean stream) throws IOException {
        int status = Integer.parseInt(head.second());
        if (status != 200) {
            String text = body.text();
            fail("HTTP " + status + code(text), text);
        } else if (!head.field("content-type").startsWith(stream ? "text/event-stream" : "application/json")) {
            fail("content type " + head.field("content-type"), body.text());
        } else if (stream) {
            events(body);
        } else {
            plain(body.text());
        }
    }

    private static String code(String body) {
        return Json.parse(body)
                .map(answer -> answer.path("error").path("code"))
                .filter(JsonNode::isTextual)
                .map(code -> " " + code.textValue())
                .orElse("");
    }

    private void plain(String text) {
        firstContentNanos = System.nanoTime();
        JsonNode answer = Json.parse(text).orElse(null);
        if (answer == null) {
            fail("not JSON", text);
            return;
        }
        checkModel(answer, text);
        content.append(answer.at("/choices/0/message/content").textValue());
        if (!content.toString().equals(expected)) {
            fail("wrong content", text);
        } else if (!answer.at("/usage/total_tokens").isNumber()) {
            fail("no usage", text);
        }
    }

    private void events(HttpConnection.Body body) throws IOException {
        for (String line = body.nextLine(); line != null; line = body.nextLine()) {
            if (line.startsWith("data:")) {
                event(line.substring(5).trim());
            } else if (!line.isEmpty() && !line.startsWith(":")) {
                fail("no event", line);
            }
        }
        if (!content.toString().equals(expected)) {
            fail("wrong content", "instead of " + expected + " came " + content);
        } else if (!finished) {
            fail("no finish_reason", content.toString());
        } else if (!done) {
            fail("no [DONE]", content.toString());
        } else if (usageSeen != usage) {
            fail(usage ? "no usage" : "usage unasked", content.toString());
        }
    }

    private void event(String data) {
        if (done) {
            fail("an event after [DONE]", data);
        } else if (data.equals("[DONE]")) {
            done = true;
        } else {
            chunk(data);
        }
    }

    private void chunk(String data) {
        JsonNode chunk = Json.parse(data).orElse(null);
        if (chunk == null) {
            fail("not JSON", data);
            return;
        }
        if (chunk.hasNonNull("error")) {
            fail("error frame" + code(data), data);
            return;
        }
        checkModel(chunk, data);
        String token = chunk.at("/choices/0/delta/content").asText("");
        if (!token.isEmpty()) {
            firstContentNanos = firstContentNanos == 0 ? System.nanoTime() : firstContentNanos;
            content.append(token);
        }
        finished |= "stop".equals(chunk.at("/choices/0/finish_reason").textValue());
        usageSeen |= chunk.at("/usage/total_tokens").isNumber();
    }

    private void checkModel(JsonNode answer, String text) {
        if (!model.equals(answer.path("model").textValue())) {
            fail("wrong model", text);
        }
    }

    /** The first thing that is wrong counts. */
    private void fail(String kind, String detail) {
        if (failure.isEmpty()) {
            String shown = detail.substring(0, Math.min(SHOWN, detail.length())).replaceAll("\\s+", " ");
            failure = Optional.of(new Outcome.Failure(false, kind, shown));
        }
    }

    /** What is wrong; empty when all is well. */
    Optional<Outcome.Failure> failure() {
        return failure;
    }

    /** When the first content came; for a plain answer, when it was complete. */
    long firstContentNanos() {
        return firstContentNanos;
    }
}
