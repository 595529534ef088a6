package sidecar.console;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** Between the gateways of one database, which all hold the configuration in memory: who changes a table of it tells the others. Thread-safe. */
public interface ChangeNotices {

    /**
     * Does work that may change a table, on which no other gateway is at work meanwhile: it finds in memory what others have changed before. What it stores is one transaction, after which the table
     * is read anew and the others are told. Such work within such work is part of the same transaction, and all is read anew after the commit. Blocks on the database.
     *
     * @param table subscribed to
     * @param work reads, decides and stores; what it throws undoes everything
     * @param changed whether what the work answers says that it has stored something
     */
    <T> T change(String table, Supplier<T> work, Predicate<T> changed);

    /**
     * Tells the others that this one has changed a table by other ways, after the commit. Never blocks and never fails: it is tried until the database answers; a gateway that is killed before has
     * told nobody.
     */
    void announce(String table);

    /**
     * Asks to be told.
     *
     * @param reload reads the table and lets it act; called when another gateway may have changed it, and in {@link #change}, not when this one has announced it; tried again when it throws. Callable
     *     from any thread, and may block on the database
     */
    void subscribe(String table, Runnable reload);
}
