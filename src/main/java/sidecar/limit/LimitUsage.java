package sidecar.limit;

/**
 * What one process uses of a quota group's limits at a moment.
 *
 * @param minute requests that occupy a place in the rolling window
 * @param day requests that were sent on the day asked for
 * @param tokens LLM tokens in the window
 * @param running attempts under way
 */
public record LimitUsage(int minute, int day, long tokens, int running) {}
