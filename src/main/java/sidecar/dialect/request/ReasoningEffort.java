package sidecar.dialect.request;

import java.util.Map;

/** OpenAI's words for how much is thought, and the budgets that stand for them where a dialect counts LLM tokens instead. */
public final class ReasoningEffort {

    /** No thinking. */
    public static final String NONE = "none";

    /** So little that it is none where tokens are counted. */
    public static final String MINIMAL = "minimal";

    /** When nobody says how much. */
    public static final String DEFAULT = "medium";

    private static final long LOW_BUDGET = 4_096;
    private static final long MEDIUM_BUDGET = 16_384;
    private static final long HIGH_BUDGET = 32_768;

    private static final Map<String, Long> BUDGETS = Map.of(
            "low", LOW_BUDGET, "medium", MEDIUM_BUDGET, "high", HIGH_BUDGET, "xhigh", HIGH_BUDGET, "max", HIGH_BUDGET);

    private ReasoningEffort() {}

    /** The word for a budget of so many LLM tokens. */
    public static String of(long budget) {
        return budget < LOW_BUDGET ? "low" : budget < MEDIUM_BUDGET ? "medium" : "high";
    }

    /** The budget for a word, in LLM tokens; 0 for one that means no thinking, or that nobody knows. */
    public static long budget(String effort) {
        return BUDGETS.getOrDefault(effort, 0L);
    }
}
