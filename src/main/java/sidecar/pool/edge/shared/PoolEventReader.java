package sidecar.pool.edge.shared;

import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;
import sidecar.pool.edge.shared.PoolEventTable.StoredEvent;

/** Reads each stored event once, although a transaction that began earlier may be seen later, under a smaller id. Used by one thread. */
final class PoolEventReader {

    /** How many ids may be overtaken: what is committed within the moments that one transaction takes. */
    private static final int OVERLAP = 500;

    private final PoolEventTable table;
    private final TreeSet<Long> seen = new TreeSet<>();
    private long last;

    PoolEventReader(PoolEventTable table) {
        this.table = table;
    }

    /** What is new since the last time; at first, all that there is. */
    List<StoredEvent> next() throws SQLException {
        List<StoredEvent> fresh = table.after(last - OVERLAP).stream()
                .filter(event -> seen.add(event.id()))
                .toList();
        last = seen.isEmpty() ? last : seen.last();
        seen.headSet(last - OVERLAP, true).clear();
        return fresh;
    }
}
