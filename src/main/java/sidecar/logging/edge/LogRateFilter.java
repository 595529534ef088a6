package sidecar.logging.edge;

import java.sql.SQLException;
import java.text.MessageFormat;
import java.util.function.BooleanSupplier;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import sidecar.logging.LogRateLimit;

/**
 * Keeps outsiders from filling the log. A request of somebody who has shown no token is worth one line of warning, without
 * stack trace, whoever writes it: the server, a library or Sidecar. Of those lines, of all that carry an exception, and of
 * what the server and its libraries say, so many of a kind pass within a minute.
 */
public final class LogRateFilter implements Filter {

    private static final String OURS = "sidecar.";

    private static final int MAX_CAUSES = 20;

    /** Of the server's network layer. */
    private static final String CLOSED = "java.io.IOException: Connection is closed";

    /** What a stranger's request has said on this thread; null while none is served on it. */
    private static final ThreadLocal<Stranger> STRANGER = new ThreadLocal<>();

    private final LogRateLimit limit;

    LogRateFilter(LogRateLimit limit) {
        this.limit = limit;
    }

    /** Puts itself before every handler of the server. */
    public static void install() {
        LogRateFilter filter = new LogRateFilter(new LogRateLimit(System::nanoTime));
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.setFilter(filter);
        }
    }

    private static final class Stranger {
        private final String request;
        private final BooleanSupplier there;
        private boolean said;

        Stranger(String request, BooleanSupplier there) {
            this.request = request;
            this.there = there;
        }
    }

    /**
     * From now on this thread serves a request of somebody unknown, until {@link #over}.
     *
     * @param there whether the client has not left yet: what goes wrong because it has is nobody's business
     */
    public static void stranger(String request, BooleanSupplier there) {
        STRANGER.set(new Stranger(request, there));
    }

    /** It does not any more. */
    public static void over() {
        STRANGER.remove();
    }

    @Override
    public boolean isLoggable(LogRecord line) {
        boolean warning = line.getLevel().intValue() >= Level.WARNING.intValue();
        if (!warning) {
            return true;
        }
        if (ClientDisconnects.isOne(line.getThrown()) || isTold(line.getMessage())) {
            return false;
        }
        Stranger stranger = STRANGER.get();
        if (stranger != null) {
            if (stranger.said || !stranger.there.getAsBoolean()) {
                return false;
            }
            stranger.said = true;
            shorten(line, stranger.request);
            return passes(line, "stranger " + kind(line));
        }
        String kind = kind(line);
        boolean state = line.getThrown() == null
                && line.getLoggerName() != null
                && line.getLoggerName().startsWith(OURS);
        if (isOfTheDatabase(line.getThrown())) {
            // many parts of the server say it, each with its stack trace, and the message holds all there is to know
            shorten(line, "");
        }
        return state || passes(line, kind);
    }

    /** The server's valves write the stack trace of an error page that nobody reads into the message. */
    private static boolean isTold(String message) {
        return message != null && message.contains(CLOSED);
    }

    private static boolean isOfTheDatabase(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof SQLException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static String kind(LogRecord line) {
        return line.getLoggerName()
                + (line.getThrown() == null
                        ? ""
                        : " " + line.getThrown().getClass().getName());
    }

    /** One line that says what happened to whose request. */
    private static void shorten(LogRecord line, String request) {
        Throwable thrown = line.getThrown();
        if (thrown != null) {
            Throwable root = thrown;
            for (int depth = 0; root.getCause() != null && depth < MAX_CAUSES; depth++) {
                root = root.getCause();
            }
            append(line, ": " + root);
            line.setThrown(null);
        }
        if (!request.isEmpty()) {
            append(line, " (" + request + ", of somebody unknown)");
        }
        line.setMessage(oneLine(line.getMessage()));
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\u2028\u2029]+", " ");
        return line.length() > 500 ? line.substring(0, 500) + "…" : line;
    }

    private boolean passes(LogRecord line, String kind) {
        LogRateLimit.Ruling ruling = limit.next(kind);
        if (ruling.leftOut() > 0) {
            append(line, " (" + ruling.leftOut() + " like it were left out)");
        }
        if (ruling.verdict() == LogRateLimit.LineVerdict.PASS_LAST) {
            append(line, " (what follows like it within a minute is left out)");
        }
        return ruling.verdict() != LogRateLimit.LineVerdict.DROP;
    }

    /** To the message as it will be read: its parameters are filled in first. */
    private static void append(LogRecord line, String more) {
        Object[] parameters = line.getParameters();
        String text = line.getMessage() == null ? "" : line.getMessage();
        if (line.getResourceBundle() != null && line.getResourceBundle().containsKey(text)) {
            text = line.getResourceBundle().getString(text);
        }
        if (parameters != null && parameters.length > 0) {
            text = filled(text, parameters);
        }
        line.setResourceBundle(null);
        line.setParameters(null);
        line.setMessage(text + more);
    }

    /** As it is when it is no pattern: a library may have put a body's braces into it. */
    private static String filled(String text, Object... parameters) {
        try {
            return MessageFormat.format(text, parameters);
        } catch (IllegalArgumentException noPattern) {
            return text;
        }
    }
}
