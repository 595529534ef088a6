package sidecar.ledger;

/**
 * LLM tokens as an upstream reported them, in OpenAI's sense: prompt includes cached, completion includes reasoning.
 */
public record Usage(long prompt, long completion, long cached, long reasoning) {

    /** Prompt and completion together. */
    public long total() {
        return prompt + completion;
    }
}
