package sidecar.door.edge;

import java.lang.reflect.Method;
import java.util.Map;
import org.glassfish.grizzly.http.util.HttpStatus;

/**
 * The reason phrases of statuses that the server does not know: it answers {@code 422 CUSTOM} for them (seen on Grizzly
 * 4.0.2). Names are those of IANA's registry; that of 418, which it keeps unused, is RFC 2324's, and that of 529 Anthropic's. A
 * status without a name has an empty phrase (RFC 9112 §4).
 */
public final class ReasonPhrases {

    private static final System.Logger LOG = System.getLogger(ReasonPhrases.class.getName());

    private static final int FIRST = 200;
    private static final int LAST = 599;

    /** What the server calls a status that it does not know. */
    private static final String UNKNOWN = "CUSTOM";

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(207, "Multi-Status"),
            Map.entry(208, "Already Reported"),
            Map.entry(226, "IM Used"),
            Map.entry(418, "I'm a Teapot"),
            Map.entry(422, "Unprocessable Content"),
            Map.entry(423, "Locked"),
            Map.entry(424, "Failed Dependency"),
            Map.entry(425, "Too Early"),
            Map.entry(426, "Upgrade Required"),
            Map.entry(428, "Precondition Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(451, "Unavailable For Legal Reasons"),
            Map.entry(506, "Variant Also Negotiates"),
            Map.entry(507, "Insufficient Storage"),
            Map.entry(508, "Loop Detected"),
            Map.entry(510, "Not Extended"),
            Map.entry(511, "Network Authentication Required"),
            Map.entry(529, "Overloaded"));

    private ReasonPhrases() {}

    /** What a status is called; empty where it has no name. */
    static String of(int status) {
        String theirs = HttpStatus.getHttpStatus(status).getReasonPhrase();
        return theirs.equals(UNKNOWN) ? NAMES.getOrDefault(status, "") : theirs;
    }

    /** Makes them known to the server, for as long as it runs. Does nothing on another server. */
    public static void register() {
        try {
            Method register = HttpStatus.class.getDeclaredMethod("register", int.class, String.class);
            register.setAccessible(true);
            for (int status = FIRST; status <= LAST; status++) {
                if (HttpStatus.getHttpStatus(status).getReasonPhrase().equals(UNKNOWN)) {
                    register.invoke(null, status, of(status));
                }
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError another) {
            LOG.log(System.Logger.Level.DEBUG, "reason phrases stay as the server has them", another);
        }
    }
}
