package sidecar.settings.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import sidecar.console.edge.AdminOnly;
import sidecar.settings.Declared;
import sidecar.settings.Settings;

/** Changes the settings table and lets every change act at once. Callable from any thread; blocks on the database. */
@ApplicationScoped
public class SettingsAdmin {

    private static final System.Logger LOG = System.getLogger(SettingsAdmin.class.getName());

    @Inject
    private SettingStore store;

    @Inject
    private Settings settings;

    @Inject
    private InstantSource clock;

    /** Commit and publication happen in the same order. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Reads the table and lets it act. */
    public void load() {
        Map<String, String> rows = store.all().stream().collect(Collectors.toMap(SettingRow::key, SettingRow::text));
        settings.table(rows).forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        TableConfigSource.publish(rows);
        LogLevel.apply(settings.get(Declared.LOG_LEVEL));
    }

    /** The rows of settings that may be shown. */
    public List<SettingRow> rows() {
        return store.all();
    }

    /** Stores a value that was checked; a null description keeps the old one. */
    @AdminOnly
    public void put(String key, String text, Optional<String> description) {
        writing.lock();
        try {
            String kept = description.orElseGet(
                    () -> row(key).map(SettingRow::description).orElse(""));
            store.put(new SettingRow(key, text.strip(), kept, clock.instant()));
            load();
            LOG.log(System.Logger.Level.INFO, "setting {0} changed", key);
        } finally {
            writing.unlock();
        }
    }

    /** Whether there was such a row. */
    @AdminOnly
    public boolean delete(String key) {
        writing.lock();
        try {
            boolean deleted = store.delete(key);
            load();
            return deleted;
        } finally {
            writing.unlock();
        }
    }

    /** The stored row of a key. */
    public Optional<SettingRow> row(String key) {
        return store.all().stream().filter(r -> r.key().equals(key)).findFirst();
    }
}
