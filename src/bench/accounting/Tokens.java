package sidecar.bench;

/** LLM tokens as OpenAI reports them: prompt includes cached ones, completion includes reasoning. */
record Tokens(long prompt, long cached, long completion, long reasoning) {

    static final Tokens NONE = new Tokens(0, 0, 0, 0);

    Tokens plus(Tokens more) {
        return new Tokens(
                prompt + more.prompt, cached + more.cached, completion + more.completion, reasoning + more.reasoning);
    }

    /** Without the two that not every report tells. */
    Tokens withoutParts() {
        return new Tokens(prompt, 0, completion, 0);
    }

    long total() {
        return prompt + completion;
    }

    /** As an upstream tells it. */
    String json() {
        return "{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":" + total()
                + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached
                + "},\"completion_tokens_details\":{\"reasoning_tokens\":" + reasoning + "}}";
    }

    @Override
    public String toString() {
        return "prompt " + prompt + " (cached " + cached + ") · completion " + completion + " (reasoning " + reasoning
                + ")";
    }
}
