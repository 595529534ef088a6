package sidecar.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import sidecar.dialect.answer.InvalidAnswerException;
import sidecar.json.Json;

/** Cuts a stream of events into the JSON objects of their data. Data that is no JSON object, such as {@code [DONE]}, is left out. Not thread-safe. */
final class EventData {

    private final SseLines lines;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    /** @param bound of one line, in bytes: a longer one is cut into pieces, of which none is JSON */
    EventData(int bound) {
        this.lines = new SseLines(bound);
    }

    void add(byte[] bytes) {
        lines.add(bytes);
    }

    /**
     * The data of the next event; null when none has come whole.
     *
     * @throws InvalidAnswerException if it begins as an object and is none: a part of the answer is lost
     */
    @Nullable
    ObjectNode next() throws InvalidAnswerException {
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            int length = SseLines.contentLength(line);
            int from = SseLines.data(line, length);
            if (from >= 0) {
                add(line, from, length - from);
            } else if (length == 0 && data.size() > 0) {
                byte[] json = data.toByteArray();
                data.reset();
                ObjectNode event = Json.readAnswer(json, 0, json.length).orElse(null);
                if (event != null) {
                    return event;
                } else if (json[0] == '{') {
                    throw new InvalidAnswerException("an event that is not JSON");
                }
            }
        }
        return null;
    }

    /** The data of one event may stand in several lines. */
    private void add(byte[] line, int from, int length) {
        if (data.size() > 0) {
            data.write('\n');
        }
        data.write(line, from, length);
    }

    /** How many bytes of an event have come that is not whole. */
    int pending() {
        return lines.pending() + data.size();
    }
}
