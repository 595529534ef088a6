package sidecar.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import sidecar.kit.Json;

/**
 * One client with one kept connection: asks, reads to the end, believes nothing. It never repeats a request. For one
 * thread.
 */
final class Client implements Asker {

    private final Target target;
    private final Random random;
    private HttpConnection wire;

    /** @param seed makes lengths and nonces the same in every run */
    Client(Target target, long seed) {
        this.target = target;
        this.random = new Random(seed);
    }

    @Override
    public Outcome ask(String model, boolean stream, boolean usage) {
        String nonce = Long.toHexString(random.nextLong() | Long.MIN_VALUE);
        byte[] request = request(model, stream, usage, nonce);
        MockModel behind = target.models().get(model);
        long start = System.nanoTime();
        try {
            if (wire == null) {
                wire = HttpConnection.to(target.host(), target.port(), target.patienceMillis());
            }
            wire.send(request);
            HttpConnection.Head head = wire.head();
            if (head == null) {
                throw new IOException("the connection ended without an answer");
            }
            AnswerReader reader = new AnswerReader(model, nonce, behind.tokens(), usage);
            reader.read(head, wire.answerBody(head), stream);
            long end = System.nanoTime();
            if (head.saysClose()) {
                close();
            }
            long own = behind.intervalNanos() * (stream ? 1 : behind.tokens());
            return new Outcome(
                    model, start, end, reader.firstContentNanos() - start - own, attempts(head), reader.failure());
        } catch (IOException | IllegalArgumentException e) {
            close();
            Outcome.Failure failure = new Outcome.Failure(true, "connection", e.toString());
            return new Outcome(model, start, System.nanoTime(), 0, 0, Optional.of(failure));
        }
    }

    private static int attempts(HttpConnection.Head head) {
        String attempts = head.field("x-sidecar-attempts");
        return attempts.matches("\\d{1,3}") ? Integer.parseInt(attempts) : 0;
    }

    private byte[] request(String model, boolean stream, boolean usage, String nonce) {
        String body = "{\"model\":" + Json.quoted(model) + ",\"stream\":" + stream
                + (usage ? ",\"stream_options\":{\"include_usage\":true}" : "")
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"#" + nonce + "# "
                + "Say it again, please. ".repeat(45 + random.nextInt(95)) + "\"}]}";
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: " + target.host() + ":" + target.port()
                + "\r\nUser-Agent: strict-upstream-client\r\nCookie: " + Target.COOKIE
                + (target.token().isEmpty() ? "" : "\r\nAuthorization: Bearer " + target.token())
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
        return (head + body).getBytes(UTF_8);
    }

    @Override
    public void close() {
        if (wire != null) {
            wire.close();
            wire = null;
        }
    }
}
