package sidecar.ledger;

/**
 * LLM tokens in OpenAI's sense: prompt includes cached and cache-written ones, completion includes reasoning. None is
 * negative.
 */
public record Usage(long prompt, long completion, long cached, long cacheWritten, long reasoning) {

    public static final Usage NOTHING = new Usage(0, 0, 0, 0, 0);

    public Usage {
        if (prompt < 0 || completion < 0 || cached < 0 || cacheWritten < 0 || reasoning < 0) {
            throw new IllegalArgumentException("usage must be ≥ 0, was " + prompt + "/" + completion + "/" + cached
                    + "/" + cacheWritten + "/" + reasoning);
        }
    }

    /** For each count the larger of the two: later reports repeat earlier ones, or leave parts of them out. */
    public Usage atLeast(Usage other) {
        return new Usage(
                Math.max(prompt, other.prompt),
                Math.max(completion, other.completion),
                Math.max(cached, other.cached),
                Math.max(cacheWritten, other.cacheWritten),
                Math.max(reasoning, other.reasoning));
    }

    /** The same with what came from and went to a cache held to the prompt, of which both are parts. */
    public Usage consistent() {
        long fromCache = Math.min(cached, prompt);
        return new Usage(prompt, completion, fromCache, Math.min(cacheWritten, prompt - fromCache), reasoning);
    }

    /** Both together. */
    public Usage plus(Usage more) {
        return new Usage(
                prompt + more.prompt,
                completion + more.completion,
                cached + more.cached,
                cacheWritten + more.cacheWritten,
                reasoning + more.reasoning);
    }

    /** What this has more than {@code less}, count by count; never below nothing. */
    Usage excessOver(Usage less) {
        return new Usage(
                Math.max(0, prompt - less.prompt),
                Math.max(0, completion - less.completion),
                Math.max(0, cached - less.cached),
                Math.max(0, cacheWritten - less.cacheWritten),
                Math.max(0, reasoning - less.reasoning));
    }

    /** Prompt and completion together. */
    public long total() {
        return prompt + completion;
    }
}
