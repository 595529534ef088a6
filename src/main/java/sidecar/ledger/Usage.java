package sidecar.ledger;

/**
 * LLM tokens as an upstream reported them, in OpenAI's sense: prompt includes cached, completion includes reasoning.
 */
public record Usage(long prompt, long completion, long cached, long reasoning) {

    /** For each count the larger of the two: later reports repeat earlier ones, or leave parts of them out. */
    public Usage atLeast(Usage other) {
        return new Usage(
                Math.max(prompt, other.prompt),
                Math.max(completion, other.completion),
                Math.max(cached, other.cached),
                Math.max(reasoning, other.reasoning));
    }

    /** Prompt and completion together. */
    public long total() {
        return prompt + completion;
    }
}
