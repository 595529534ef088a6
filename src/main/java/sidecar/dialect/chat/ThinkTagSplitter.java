package sidecar.dialect.chat;

import java.util.ArrayList;
import java.util.List;
import sidecar.dialect.answer.AnswerBlock;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;
import sidecar.dialect.answer.AnswerBlock.TextBlock;

/**
 * Splits a text that begins with reasoning between {@code <think>} and {@code </think>}, in whatever pieces it comes. Blanks before
 * the opening tag and behind the closing one belong to the tags. Where a prompt's template has the opening tag already (GLM, Qwen),
 * only the closing one comes: then all before it is reasoning. To find out, a text that does not begin with the opening tag is held
 * back up to a number of characters, and is text when no closing tag ends among them. Tags inside the text stay. Not thread-safe.
 */
final class ThinkTagSplitter {

    /** A piece of one of both. */
    record ProsePiece(AnswerBlock kind, String text) {}

    private enum TagState {
        /** Nothing but blanks, and perhaps a part of the opening tag. */
        START,
        /** It did not begin with the opening tag. */
        UNDECIDED,
        REASONING,
        /** Behind the closing tag; another opening one may follow. */
        AFTER,
        TEXT
    }

    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";

    private final int room;
    private final StringBuilder held = new StringBuilder();
    private final List<ProsePiece> pieces = new ArrayList<>();
    private TagState state = TagState.START;

    /** @param room how many characters are held back at the most to find a closing tag without an opening one */
    ThinkTagSplitter(int room) {
        this.room = room;
    }

    /** The next piece of the text. */
    List<ProsePiece> add(String text) {
        held.append(text);
        while (advance()) {
            // each step goes as far as its state allows
        }
        return take();
    }

    /** Something else than this text comes: nothing may be held back any more. */
    List<ProsePiece> flush() {
        switch (state) {
            case START -> {
                give(new TextBlock(), held.length());
                state = TagState.AFTER;
            }
            case REASONING -> give(new ReasoningBlock(), held.length());
            case UNDECIDED, AFTER, TEXT -> {
                state = held.isEmpty() ? state : TagState.TEXT;
                give(new TextBlock(), held.length());
            }
        }
        return take();
    }

    /** How many characters are held back. */
    int held() {
        return held.length();
    }

    /** Goes on to the next state. False when more must come for that. */
    private boolean advance() {
        return switch (state) {
            case START, AFTER -> opening();
            case UNDECIDED -> undecided();
            case REASONING -> closing();
            case TEXT -> {
                give(new TextBlock(), held.length());
                yield false;
            }
        };
    }

    private boolean opening() {
        String text = held.toString().stripLeading();
        if (text.startsWith(OPEN)) {
            skip(held.length() - text.length() + OPEN.length());
            state = TagState.REASONING;
            return true;
        }
        if (state == TagState.AFTER) {
            skip(held.length() - text.length());
        }
        if (OPEN.startsWith(text)) {
            return false;
        }
        state = state == TagState.START ? TagState.UNDECIDED : TagState.TEXT;
        return true;
    }

    private boolean undecided() {
        int end = held.indexOf(CLOSE);
        if (end >= 0 && end + CLOSE.length() <= room) {
            state = TagState.REASONING;
            return true;
        }
        if (held.length() <= room) {
            return false;
        }
        state = TagState.TEXT;
        return true;
    }

    private boolean closing() {
        int end = held.indexOf(CLOSE);
        if (end >= 0) {
            give(new ReasoningBlock(), end);
            skip(CLOSE.length());
            state = TagState.AFTER;
            return true;
        }
        give(new ReasoningBlock(), held.length() - begunTag());
        return false;
    }

    /** How many of the last characters may be the begin of a closing tag. */
    private int begunTag() {
        int length = Math.min(held.length(), CLOSE.length() - 1);
        while (!CLOSE.startsWith(held.substring(held.length() - length))) {
            length--;
        }
        return length;
    }

    private void give(AnswerBlock kind, int length) {
        if (length > 0) {
            pieces.add(new ProsePiece(kind, held.substring(0, length)));
            skip(length);
        }
    }

    private void skip(int length) {
        held.delete(0, length);
    }

    private List<ProsePiece> take() {
        List<ProsePiece> taken = List.copyOf(pieces);
        pieces.clear();
        return taken;
    }
}
