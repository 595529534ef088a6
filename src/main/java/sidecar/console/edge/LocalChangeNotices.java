package sidecar.console.edge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import sidecar.console.ChangeNotices;

/** Of the only gateway of its database: there is nobody to tell, and nobody who tells. */
public final class LocalChangeNotices implements ChangeNotices {

    private final Map<String, Runnable> reloads = new ConcurrentHashMap<>();

    @Override
    public <T> T change(String table, Supplier<T> work, Predicate<T> changed) {
        T done = work.get();
        if (changed.test(done)) {
            reloads.get(table).run();
        }
        return done;
    }

    @Override
    public void announce(String table) {
        // nobody else has it in memory
    }

    @Override
    public void subscribe(String table, Runnable reload) {
        reloads.put(table, reload);
    }
}
