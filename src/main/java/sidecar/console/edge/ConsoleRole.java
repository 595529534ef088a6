package sidecar.console.edge;

/** What the holder of a token may do; the names are the roles of web.xml. */
public final class ConsoleRole {

    /** Read and write. */
    public static final String ADMIN = "admin";

    /** Read. */
    public static final String VIEWER = "viewer";

    private ConsoleRole() {}
}
