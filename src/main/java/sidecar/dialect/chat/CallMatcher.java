package sidecar.dialect.chat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sidecar.dialect.answer.InvalidAnswerException;

/**
 * Tells to which call of an answer each fragment belongs: by index and id, by index, by id where there is no index, else to the one
 * that the last fragment belonged to. Not thread-safe.
 */
final class CallMatcher {

    /** More than any model calls at once. */
    private static final int MAX_CALLS = 512;

    private final String requestId;
    private final List<QueuedCall> calls = new ArrayList<>();
    private final Map<Integer, QueuedCall> byIndex = new HashMap<>();
    private final Set<String> idsInUse = new HashSet<>();
    private @Nullable QueuedCall last;

    CallMatcher(String requestId) {
        this.requestId = requestId;
    }

    /** The call of a fragment, which may be a new one. */
    QueuedCall match(CallFragment fragment) throws InvalidAnswerException {
        QueuedCall known = known(fragment);
        QueuedCall call = known == null || known.isFollowedBy(fragment) ? create(fragment.index()) : known;
        if (fragment.index() != CallFragment.NO_INDEX) {
            byIndex.put(fragment.index(), call);
        }
        last = call;
        return call;
    }

    private @Nullable QueuedCall known(CallFragment fragment) {
        QueuedCall sameId = withId(fragment.id());
        QueuedCall sameIndex = byIndex.get(fragment.index());
        boolean unindexed = fragment.index() == CallFragment.NO_INDEX;
        if (sameId != null && (unindexed || sameId.index() == fragment.index())) {
            return sameId;
        }
        if (sameIndex != null) {
            return sameIndex;
        }
        if (sameId != null && fragment.name().isEmpty()) {
            return sameId;
        }
        boolean goesOn = unindexed ? !fragment.isApart() : fragment.isRest();
        return goesOn ? last : null;
    }

    private @Nullable QueuedCall withId(String id) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (calls.get(i).hasId(id)) {
                return calls.get(i);
            }
        }
        return null;
    }

    private QueuedCall create(int index) throws InvalidAnswerException {
        if (calls.size() == MAX_CALLS) {
            throw new InvalidAnswerException("more than " + MAX_CALLS + " tool calls");
        }
        QueuedCall call = new QueuedCall(index, "call_" + requestId + '_' + calls.size(), idsInUse);
        calls.add(call);
        return call;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Whether a call's arguments have begun and are not one whole object. */
    boolean hasPartial() {
        return calls.stream().anyMatch(QueuedCall::isPartial);
    }

    /** Whether a call is there that can be run. */
    boolean hasComplete() {
        return calls.stream().anyMatch(call -> call.isPlaceable() && call.isComplete());
    }

    /**
     * Nothing more comes.
     *
     * @throws InvalidAnswerException if there are arguments for a tool without a name
     */
    void checkNames() throws InvalidAnswerException {
        if (calls.stream().anyMatch(call -> !call.isPlaceable() && call.hasArguments())) {
            throw new InvalidAnswerException("a tool call without a name");
        }
    }
}
