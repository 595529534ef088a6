package sidecar.console.edge;

/** The caller may only read. */
public class NotAllowed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotAllowed() {
        super("The viewer token may only read");
    }
}
