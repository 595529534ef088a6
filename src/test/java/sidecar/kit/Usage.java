package sidecar.kit;

/** LLM tokens that a stub says it used. */
public record Usage(int prompt, int completion) {

    String json() {
        return "{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":"
                + (prompt + completion) + "}";
    }
}
