package sidecar.failure;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Estimates how many instructions a regular expression has once its repeats are written out, without writing them out. A
 * text that is no expression has some size too. Not thread-safe.
 */
final class PatternSize {

    /** Larger sizes are all the same. */
    private static final long ENDLESS = 1_000_000_000;

    private final String regex;
    private final Deque<RegexGroup> groups = new ArrayDeque<>();
    private RegexGroup group = new RegexGroup();
    private int at;

    private PatternSize(String regex) {
        this.regex = regex;
    }

    /** The size of what stands between two brackets, and of the last thing in it, which a repeat repeats. */
    private static final class RegexGroup {
        long size;
        long last;

        void add(long more) {
            size = Math.min(ENDLESS, size + more);
            last = more;
        }

        void extend() {
            size++;
            last++;
        }

        /** A copy more or less may need an instruction of its own to be left out. */
        void repeat(long times) {
            long all = Math.min(ENDLESS, (last + 1) * times);
            size = Math.min(ENDLESS, size - last + all);
            last = all;
        }
    }

    static long estimate(String regex) {
        PatternSize size = new PatternSize(regex);
        while (size.at < regex.length()) {
            size.step();
        }
        while (!size.groups.isEmpty()) {
            size.close();
        }
        return size.group.size;
    }

    private void step() {
        char c = regex.charAt(at++);
        switch (c) {
            case '\\' -> escape();
            case '[' -> {
                at = classEnd();
                group.add(1);
            }
            case '(' -> open();
            case ')' -> close();
            case '*', '+', '?' -> group.extend();
            case '|' -> group.add(1);
            case '{' -> repeat();
            default -> group.add(1);
        }
    }

    /** A property's or a code point's name in braces is no repeat. */
    private void escape() {
        if (at >= regex.length()) {
            return;
        }
        char c = regex.charAt(at++);
        if (c == 'Q') {
            quote();
            return;
        }
        if ((c == 'p' || c == 'P' || c == 'x') && at < regex.length() && regex.charAt(at) == '{') {
            at = after("}", at);
        }
        group.add(1);
    }

    private void quote() {
        int end = regex.indexOf("\\E", at);
        int to = end < 0 ? regex.length() : end;
        for (int i = at; i < to; i++) {
            group.add(1);
        }
        at = Math.min(regex.length(), to + 2);
    }

    /** Where a class of characters is over: its first character may be a closing bracket. */
    private int classEnd() {
        int i = at < regex.length() && regex.charAt(at) == '^' ? at + 1 : at;
        for (int first = i; i < regex.length(); ) {
            char c = regex.charAt(i);
            if (c == ']' && i > first) {
                return i + 1;
            }
            i = c == '\\' ? i + 2 : regex.startsWith("[:", i) && regex.indexOf(":]", i) > 0 ? after(":]", i) : i + 1;
        }
        return regex.length();
    }

    /** Flags alone, such as {@code (?i)}, open no group. */
    private void open() {
        if (at < regex.length() && regex.charAt(at) == '?') {
            int named = regex.indexOf('<', at);
            if (named == at + 1 || named == at + 2) {
                at = after(">", at);
            } else {
                while (at < regex.length() && regex.charAt(at) != ':' && regex.charAt(at) != ')') {
                    at++;
                }
                at++;
                if (at <= regex.length() && regex.charAt(at - 1) == ')') {
                    return;
                }
            }
        }
        groups.push(group);
        group = new RegexGroup();
    }

    private void close() {
        if (!groups.isEmpty()) {
            long size = group.size;
            group = groups.pop();
            group.add(size + 2);
        }
    }

    /** {@code {n}}, {@code {n,}} and {@code {n,m}}; a brace with anything else in it is a character. */
    private void repeat() {
        int end = regex.indexOf('}', at);
        String inside = end < 0 ? "" : regex.substring(at, end);
        int comma = inside.indexOf(',');
        String least = comma < 0 ? inside : inside.substring(0, comma);
        String max = comma < 0 ? least : inside.substring(comma + 1);
        if (!isNumber(least) || !(isNumber(max) || max.isEmpty())) {
            group.add(1);
            return;
        }
        at = end + 1;
        group.repeat(Math.max(number(least) + 1, max.isEmpty() ? 0 : number(max)));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String digits) {
        return digits.length() > 9 ? ENDLESS : Long.parseLong(digits);
    }

    private int after(String mark, int from) {
        int found = regex.indexOf(mark, from);
        return found < 0 ? regex.length() : found + mark.length();
    }
}
