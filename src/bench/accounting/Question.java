package sidecar.bench;

import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.kit.Json;

/**
 * One request, which says itself what the upstream is to do with it: so both ends know what must be in the books.
 *
 * @param id sent as {@code X-Request-Id}, and repeated in every token of the answer
 * @param model the name the client asks for
 * @param tokens what the upstream is to report
 */
record Question(String id, String model, Style style, Fate fate, Tokens tokens) {

    /** How the client asks. */
    enum Style {
        PLAIN,
        STREAM,
        STREAM_WITH_USAGE
    }

    /** What becomes of it. */
    enum Fate {
        ANSWERED(200),
        /** The first provider to be asked answers 500. */
        FAILS_ONCE(200),
        /** Every provider of the primary pool answers 500. */
        FAILS_ON_PRIMARIES(200),
        /** The provider says that the request is bad. */
        REFUSED(400),
        /** Nobody serves that model: there is no attempt. */
        NOT_SERVED(404);

        private final int status;

        Fate(int status) {
            this.status = status;
        }

        /** What the client must see. */
        int status() {
            return status;
        }
    }

    private static final Pattern MARK = Pattern.compile("#(\\S+) (\\w+) (\\w+) (\\d+) (\\d+) (\\d+) (\\d+)#");
    private static final int LONGEST_PROMPT = 20_000;
    private static final int LONGEST_COMPLETION = 4_000;

    /** The question of that number, the same in every run; every 17th or so does not go well. */
    static Question number(int n) {
        Fate fate = fate(n);
        String model = fate == Fate.NOT_SERVED ? "no-such-model" : n / 3 % 2 == 0 ? "alpha" : "beta";
        SplittableRandom random = new SplittableRandom(n);
        long prompt = 1 + random.nextInt(LONGEST_PROMPT);
        long completion = 1 + random.nextInt(LONGEST_COMPLETION);
        Tokens tokens = new Tokens(
                prompt,
                random.nextBoolean() ? random.nextLong(prompt + 1) : 0,
                completion,
                random.nextLong(completion + 1));
        return new Question("q-" + n, model, Style.values()[n % Style.values().length], fate, tokens);
    }

    private static Fate fate(int n) {
        if (n % 50 == 7) {
            return Fate.FAILS_ONCE;
        }
        if (n % 50 == 31) {
            return Fate.FAILS_ON_PRIMARIES;
        }
        if (n % 100 == 13) {
            return Fate.REFUSED;
        }
        return n % 200 == 63 ? Fate.NOT_SERVED : Fate.ANSWERED;
    }

    /** The one that a request's body carries, but for the model; null when there is none. */
    static Question in(String body) {
        Matcher mark = MARK.matcher(body);
        if (!mark.find()) {
            return null;
        }
        Tokens tokens = new Tokens(number(mark, 4), number(mark, 5), number(mark, 6), number(mark, 7));
        return new Question(mark.group(1), "", Style.valueOf(mark.group(2)), Fate.valueOf(mark.group(3)), tokens);
    }

    private static long number(Matcher mark, int group) {
        return Long.parseLong(mark.group(group));
    }

    private String mark() {
        return "#" + id + " " + style + " " + fate + " " + tokens.prompt() + " " + tokens.cached() + " "
                + tokens.completion() + " " + tokens.reasoning() + "#";
    }

    /** The body of the request. */
    String body() {
        return "{\"model\":" + Json.quoted(model) + ",\"stream\":" + (style != Style.PLAIN)
                + (style == Style.STREAM_WITH_USAGE ? ",\"stream_options\":{\"include_usage\":true}" : "")
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + mark() + " Say it again, please.\"}]}";
    }
}
