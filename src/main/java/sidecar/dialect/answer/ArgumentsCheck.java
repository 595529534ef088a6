package sidecar.dialect.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.async.NonBlockingInputFeeder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Whether the arguments of one tool call are a JSON object, told piece by piece without keeping them. Not thread-safe. */
public final class ArgumentsCheck {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private int depth;
    private boolean begun;
    private boolean complete;

    public ArgumentsCheck() {
        try {
            parser = FACTORY.createNonBlockingByteArrayParser();
        } catch (IOException e) {
            throw new IllegalStateException("a parser of bytes in memory does no I/O", e);
        }
        NonBlockingInputFeeder input = parser.getNonBlockingInputFeeder();
        feeder = (ByteArrayFeeder) input;
    }

    /**
     * The next piece.
     *
     * @throws InvalidAnswerException if it cannot go on like that
     */
    public void add(String piece) throws InvalidAnswerException {
        try {
            byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
            feeder.feedInput(utf8, 0, utf8.length);
            tokens();
        } catch (IOException malformed) {
            throw new InvalidAnswerException("a tool call's arguments are not JSON");
        }
    }

    private void tokens() throws IOException, InvalidAnswerException {
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.NOT_AVAILABLE;
                token = parser.nextToken()) {
            token(token);
        }
    }

    private void token(JsonToken token) throws InvalidAnswerException {
        if (complete || (!begun && token != JsonToken.START_OBJECT)) {
            throw new InvalidAnswerException("a tool call's arguments are not one JSON object");
        }
        begun = true;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        complete = depth == 0;
    }

    /** Whether anything but blanks has come. */
    public boolean isEmpty() {
        return !begun;
    }

    /** Whether what has come is one whole object. */
    public boolean isComplete() {
        return complete;
    }

    /**
     * Nothing more comes.
     *
     * @throws InvalidAnswerException if it is not one whole JSON object
     */
    public void end() throws InvalidAnswerException {
        if (!complete) {
            throw new InvalidAnswerException("a tool call's arguments end in the middle");
        }
        try {
            // a number behind the object is known to be one only now
            feeder.endOfInput();
            tokens();
        } catch (IOException malformed) {
            throw new InvalidAnswerException("a tool call's arguments are not JSON");
        }
    }
}
