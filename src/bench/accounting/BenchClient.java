package sidecar.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;

/** One client with one kept connection, which asks questions and reads every answer to its end. For one thread. */
final class BenchClient implements QuestionAsker {

    private final Target target;
    private HttpConnection wire;

    BenchClient(Target target) {
        this.target = target;
    }

    /** Asks once, and never again. */
    @Override
    public Outcome ask(Question question, long sinceNanos) {
        try {
            if (wire == null) {
                wire = HttpConnection.to(target.host(), target.port(), target.patienceMillis());
            }
            wire.send(request(question));
            HttpConnection.Head head = wire.head();
            if (head == null) {
                throw new IOException("the connection ended without an answer");
            }
            Optional<Outcome.Failure> failure = read(question, head);
            if (head.saysClose()) {
                close();
            }
            return outcome(question, sinceNanos, failure);
        } catch (IOException | IllegalArgumentException e) {
            close();
            return outcome(question, sinceNanos, Optional.of(new Outcome.Failure(true, "connection", e.toString())));
        }
    }

    private Optional<Outcome.Failure> read(Question question, HttpConnection.Head head) throws IOException {
        HttpConnection.Body body = wire.answerBody(head);
        int wanted = question.fate().status();
        if (wanted == 200) {
            boolean usage = question.style() == Question.Style.STREAM_WITH_USAGE;
            int words = target.models().get(question.model()).tokens();
            AnswerReader reader = new AnswerReader(question.model(), question.id(), words, usage);
            reader.read(head, body, question.style() != Question.Style.PLAIN);
            return reader.failure();
        }
        String text = body.text();
        return head.second().equals(String.valueOf(wanted))
                ? Optional.empty()
                : Optional.of(new Outcome.Failure(false, "HTTP " + head.second() + " for " + wanted, text));
    }

    private static Outcome outcome(Question question, long sinceNanos, Optional<Outcome.Failure> failure) {
        long now = System.nanoTime();
        return new Outcome(question.model(), sinceNanos, now, now - sinceNanos, 0, failure);
    }

    private byte[] request(Question question) {
        String body = question.body();
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: " + target.host() + ":" + target.port()
                + "\r\nAuthorization: Bearer " + target.token() + "\r\nX-Request-Id: " + question.id()
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
