package sidecar.console.edge;

/** The caller may only read. */
public class AdminRequiredException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AdminRequiredException() {
        super("The viewer token may only read");
    }
}
