package sidecar.upstream;

/** One header line. Names compare without regard to case. */
public record Header(String name, String value) {

    /** Whether this header has that name. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
