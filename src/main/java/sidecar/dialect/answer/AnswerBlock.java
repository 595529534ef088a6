package sidecar.dialect.answer;

/** A part of an answer, by what it is. */
public sealed interface AnswerBlock {

    record TextBlock() implements AnswerBlock {}

    record ReasoningBlock() implements AnswerBlock {

        /**
         * Stands where providers sign the reasoning of their own models: clients send it back unread, and by it Sidecar knows reasoning that
         * came by translation, which no provider has signed.
         */
        public static final String SIGNATURE = "sidecar";
    }

    /** Why the model will not answer, in its own words (OpenAI's {@code refusal}). */
    record RefusalBlock() implements AnswerBlock {}

    /**
     * A tool to be called; the block's text is its arguments, a JSON object.
     *
     * @param id the provider's; never empty: readers make one where the provider gave none
     * @param name as the provider knows the tool
     */
    record ToolCallBlock(String id, String name) implements AnswerBlock {}
}
