package sidecar.dialect.answer;

/** What a provider sent is no answer, such as a tool call with arguments that are not a JSON object. Its message is for operators. */
public final class InvalidAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidAnswerException(String message) {
        super(message);
    }
}
