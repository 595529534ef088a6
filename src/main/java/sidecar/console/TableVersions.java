package sidecar.console;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which version of each table acts in this gateway, and how it is read anew. Each change of a table makes its version higher: where the database has a higher one than acts here, another gateway has
 * changed it, told or untold. Thread-safe.
 */
public final class TableVersions {

    private static final System.Logger LOG = System.getLogger(TableVersions.class.getName());

    private final Map<String, List<Runnable>> reloads = new ConcurrentHashMap<>();
    private final Map<String, Long> acting = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /** Adds a way in which a table is read and acts. */
    public void subscribe(String table, Runnable reload) {
        reloads.computeIfAbsent(table, name -> new CopyOnWriteArrayList<>()).add(reload);
    }

    /** Whether the database has another version than acts here, as far as is known. */
    public boolean isOutdated(String table, long stored) {
        Long known = acting.get(table);
        return known == null || stored > known;
    }

    /**
     * Reads a table and lets it act.
     *
     * @param stored a version that the table had before it is read, or has now
     * @throws RuntimeException when that fails; the table stays outdated
     */
    public void reload(String table, long stored) {
        reloads.getOrDefault(table, List.of()).forEach(Runnable::run);
        acting.merge(table, stored, Math::max);
    }

    /**
     * Reads what is outdated. What fails stays so, for the next time, and keeps nothing else from being read.
     *
     * @param stored the versions that the database has; 0 for a table that is not there
     */
    public void catchUp(Map<String, Long> stored) {
        for (String table : reloads.keySet()) {
            long version = stored.getOrDefault(table, 0L);
            if (isOutdated(table, version)) {
                tryToReload(table, version);
            }
        }
    }

    /** As {@link #reload}; says in the log when it fails for the first time. */
    public void tryToReload(String table, long stored) {
        try {
            reload(table, stored);
            failing.remove(table);
        } catch (RuntimeException notNow) {
            acting.remove(table);
            if (failing.add(table)) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "a change of the " + table + " does not act here yet, and is tried again every second",
                        notNow);
            }
        }
    }

    /** This gateway makes a change, which gives that version, and reads the table itself: only where it knew the one before, it has missed none. */
    public void changing(String table, long version) {
        acting.computeIfPresent(table, (name, known) -> known == version - 1 ? Long.valueOf(version) : known);
    }

    /** Nobody knows which version of these acts here. */
    public void forget(Set<String> tables) {
        acting.keySet().removeAll(tables);
    }

    /** As {@link #forget} of all: the database may be another one, whose versions say nothing about what was read before. */
    public void forgetAll() {
        acting.clear();
    }
}
