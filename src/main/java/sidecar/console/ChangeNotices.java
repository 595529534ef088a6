package sidecar.console;

/** Between the gateways of one database: who has changed a table of the configuration tells the others. Thread-safe; never blocks. */
public interface ChangeNotices {

    /** Tells the others that this one has changed that table; after the commit. */
    void announce(String table);

    /**
     * Asks to be told.
     *
     * @param reload reads the table and lets it act; called when another one has changed it, not when this one has
     */
    void subscribe(String table, Runnable reload);
}
