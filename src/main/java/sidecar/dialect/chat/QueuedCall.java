package sidecar.dialect.chat;

import java.util.Set;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.ArgumentsCheck;
import sidecar.dialect.answer.InvalidAnswerException;

/**
 * A tool call that is put together from its fragments. The id that counts is the first one that comes before the call begins; its
 * name is the first one, or, before any arguments, all different ones joined.
 */
final class QueuedCall extends QueuedBlock {

    private static final String NO_ARGUMENTS = "{}";

    private final int index;
    private final String ownId;
    private final Set<String> idsInUse;
    private final ArgumentsCheck check = new ArgumentsCheck();
    private String id = "";
    private String name = "";
    /** Whether {@code {}} came: Gemini and Bedrock send it in front of the true arguments. */
    private boolean placeholder;

    private long length;
    private int hash;

    /**
     * A new call.
     *
     * @param index of its first fragment
     * @param ownId its id where the provider gives none, or one that another call of the answer has
     * @param idsInUse of the answer's calls; the call's own is added when it begins
     */
    QueuedCall(int index, String ownId, Set<String> idsInUse) {
        this.index = index;
        this.ownId = ownId;
        this.idsInUse = idsInUse;
    }

    int index() {
        return index;
    }

    boolean hasId(String other) {
        return !id.isEmpty() && id.equals(other);
    }

    boolean hasArguments() {
        return length > 0 || placeholder;
    }

    /** Whether its arguments have begun and are not one whole object. */
    boolean isPartial() {
        return length > 0 && !check.isComplete();
    }

    /** Whether a fragment that seems to belong to it begins another call: some providers give every call the index 0. */
    boolean isFollowedBy(CallFragment fragment) {
        boolean otherId = !id.isEmpty() && !fragment.id().isEmpty() && !hasId(fragment.id());
        boolean otherName = !name.isEmpty() && !fragment.name().isEmpty() && !name.equals(fragment.name());
        if (name.isEmpty() || !isComplete()) {
            return otherId && otherName;
        }
        boolean more = !fragment.arguments().isBlank() && !repeats(fragment.arguments());
        if (otherId) {
            return more || !fragment.name().isEmpty();
        }
        return more && !fragment.name().isEmpty() && (otherName || !placeholder);
    }

    /**
     * Takes a fragment.
     *
     * @return what it adds to the arguments; may be empty
     * @throws InvalidAnswerException if they cannot become one JSON object
     */
    String add(CallFragment fragment) throws InvalidAnswerException {
        if (id.isEmpty()) {
            id = fragment.id();
        }
        if (name.isEmpty() || (!hasArguments() && !name.equals(fragment.name()))) {
            name += fragment.name();
        }
        String piece = length == 0 ? fragment.arguments().stripLeading() : fragment.arguments();
        if (length == 0 && piece.strip().equals(NO_ARGUMENTS)) {
            placeholder = true;
            return "";
        }
        boolean said = check.isComplete() && (piece.isBlank() || repeats(piece));
        return said ? "" : append(piece);
    }

    private boolean repeats(String piece) {
        String text = piece.strip();
        // a piece that has the same hash by chance could only have been refused
        return length == 0 ? text.equals(NO_ARGUMENTS) : text.length() == length && text.hashCode() == hash;
    }

    private String append(String piece) throws InvalidAnswerException {
        check.add(piece);
        length += piece.length();
        for (int i = 0; i < piece.length(); i++) {
            hash = 31 * hash + piece.charAt(i);
        }
        return piece;
    }

    @Override
    boolean isPlaceable() {
        return !name.isEmpty();
    }

    @Override
    boolean isReady() {
        return !name.isEmpty() && length > 0;
    }

    @Override
    boolean isComplete() {
        return check.isComplete() || (length == 0 && placeholder);
    }

    @Override
    AnswerBlock begin() {
        String unique = id.isEmpty() || idsInUse.contains(id) ? ownId : id;
        idsInUse.add(unique);
        return new AnswerBlock.ToolCallBlock(unique, name);
    }

    @Override
    String end(boolean truncated) throws InvalidAnswerException {
        if (length == 0 && (placeholder || !truncated)) {
            return append(NO_ARGUMENTS);
        }
        if (!truncated) {
            check.end();
        }
        return "";
    }
}
