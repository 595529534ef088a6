package sidecar.dialect.request;

/** A request that means nothing in its own dialect. Its message is for the client: the path of what is wrong, and its rule. */
public final class InvalidRequestException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final String rule;

    /**
     * @param path such as {@code messages[3].content[1].tool_use_id}
     * @param rule goes on after the path, such as "must be a string"
     */
    public InvalidRequestException(String path, String rule) {
        super(path + ": " + rule);
        this.path = path;
        this.rule = rule;
    }

    /** What is wrong. */
    public String path() {
        return path;
    }

    /** Path and rule, for the client. */
    public String explanation() {
        return path + ": " + rule;
    }
}
