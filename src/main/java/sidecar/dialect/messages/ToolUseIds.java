package sidecar.dialect.messages;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import sidecar.dialect.request.ToolCallIds;

/**
 * Ids of a request's calls, each once: some providers begin to count again with each turn ({@code call_0}), and Anthropic refuses an
 * id that comes twice. Results are told to their calls by their place, directly behind the turn with the calls. Not thread-safe.
 */
final class ToolUseIds {

    private final Set<String> used = new HashSet<>();
    private final Map<String, Deque<String>> ofTurn = new HashMap<>();

    /** A turn with calls begins: the results that follow are theirs. */
    void nextTurn() {
        ofTurn.clear();
    }

    String ofCall(String id) {
        String plain = ToolCallIds.toMessages(id);
        String unique = plain;
        for (int n = 2; !used.add(unique); n++) {
            unique = plain + '_' + n;
        }
        ofTurn.computeIfAbsent(id, key -> new ArrayDeque<>()).add(unique);
        return unique;
    }

    /** The id of the first call of the turn that has this one and no result yet. */
    String ofResult(String id) {
        String unique = ofTurn.getOrDefault(id, new ArrayDeque<>()).poll();
        return unique == null ? ToolCallIds.toMessages(id) : unique;
    }
}
