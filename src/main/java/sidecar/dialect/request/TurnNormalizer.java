package sidecar.dialect.request;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;

/**
 * Puts tool results where every provider wants them: directly behind the turn with their calls, in the order of the
 * calls, one for each. Assistant turns that follow one another become one, so that calls which were made together stay
 * together.
 */
public final class TurnNormalizer {

    /** What is said of a call whose result is missing: upstreams answer 400 to a call without one. */
    static final String NO_RESULT = "(no result)";

    /** The result of one call, once it is known. */
    private static final class ResultSlot {
        private ToolResultTurn result;

        ResultSlot(ToolCallPart call) {
            result = new ToolResultTurn(call.id(), List.of(new TextPart(NO_RESULT)), false);
        }
    }

    /**
     * Calls that have no result yet, by their id. Ids may come back in a later turn, so each turn has a queue of its own,
     * the latest first.
     */
    private final Map<String, Deque<Deque<ResultSlot>>> openCalls = new HashMap<>();

    private final Map<Integer, List<ResultSlot>> callsByTurn = new HashMap<>();
    private final List<ConversationTurn> turns;

    private TurnNormalizer(List<ConversationTurn> turns) {
        this.turns = turns;
    }

    /**
     * The same turns in an order that providers take. A result belongs to the latest call of its id before it that has
     * none, else to the first such call after it. One that belongs to no call becomes what the user said, where it stands.
     */
    public static List<ConversationTurn> normalize(List<ConversationTurn> turns) {
        return new TurnNormalizer(withJoinedAssistants(turns)).ordered();
    }

    private static List<ConversationTurn> withJoinedAssistants(List<ConversationTurn> turns) {
        List<ConversationTurn> joined = new ArrayList<>(turns.size());
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i) instanceof AssistantTurn first && isAssistant(turns, i + 1)) {
                List<AssistantPart> parts = new ArrayList<>(first.parts());
                while (isAssistant(turns, i + 1)) {
                    i++;
                    parts.addAll(((AssistantTurn) turns.get(i)).parts());
                }
                joined.add(new AssistantTurn(parts));
            } else {
                joined.add(turns.get(i));
            }
        }
        return joined;
    }

    private static boolean isAssistant(List<ConversationTurn> turns, int index) {
        return index < turns.size() && turns.get(index) instanceof AssistantTurn;
    }

    private List<ConversationTurn> ordered() {
        Map<Integer, ToolResultTurn> strays = strays();
        List<ConversationTurn> ordered = new ArrayList<>(turns.size());
        for (int i = 0; i < turns.size(); i++) {
            if (strays.containsKey(i)) {
                ordered.add(asUserText(strays.get(i)));
            } else if (!(turns.get(i) instanceof ToolResultTurn)) {
                ordered.add(turns.get(i));
                callsByTurn.getOrDefault(i, List.of()).forEach(call -> ordered.add(call.result));
            }
        }
        return ordered;
    }

    /** Gives each call its result; returns the results that are left over, by their place. */
    private Map<Integer, ToolResultTurn> strays() {
        Map<Integer, ToolResultTurn> early = new HashMap<>();
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i) instanceof AssistantTurn assistant) {
                open(i, assistant);
            } else if (turns.get(i) instanceof ToolResultTurn result && !isTaken(result, true)) {
                early.put(i, result);
            }
        }
        Map<Integer, ToolResultTurn> strays = new HashMap<>();
        for (int i = 0; i < turns.size() && !early.isEmpty(); i++) {
            ToolResultTurn result = early.remove(i);
            if (result != null && !isTaken(result, false)) {
                strays.put(i, result);
            }
        }
        return strays;
    }

    private void open(int index, AssistantTurn assistant) {
        List<ResultSlot> calls = new ArrayList<>();
        Map<String, Deque<ResultSlot>> byId = new HashMap<>();
        for (AssistantPart part : assistant.parts()) {
            if (part instanceof ToolCallPart call) {
                ResultSlot slot = new ResultSlot(call);
                calls.add(slot);
                byId.computeIfAbsent(call.id(), id -> new ArrayDeque<>()).add(slot);
            }
        }
        callsByTurn.put(index, calls);
        byId.forEach((id, queue) ->
                openCalls.computeIfAbsent(id, key -> new ArrayDeque<>()).push(queue));
    }

    /** Whether a call of its id had no result yet, and has this one now. */
    private boolean isTaken(ToolResultTurn result, boolean latest) {
        Deque<Deque<ResultSlot>> turnsOfId = openCalls.getOrDefault(result.callId(), new ArrayDeque<>());
        if (turnsOfId.isEmpty()) {
            return false;
        }
        Deque<ResultSlot> calls = latest ? turnsOfId.removeFirst() : turnsOfId.removeLast();
        calls.remove().result = result;
        if (!calls.isEmpty() && latest) {
            turnsOfId.addFirst(calls);
        } else if (!calls.isEmpty()) {
            turnsOfId.addLast(calls);
        }
        return true;
    }

    /** Named as a result, for it is not the user's own word. */
    private static UserTurn asUserText(ToolResultTurn stray) {
        List<ContentPart> parts = new ArrayList<>();
        parts.add(new TextPart((stray.error() ? "Error" : "Result") + " of tool call " + stray.callId() + ':'));
        parts.addAll(stray.parts());
        return new UserTurn(parts);
    }
}
