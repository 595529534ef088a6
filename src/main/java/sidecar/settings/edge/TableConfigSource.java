package sidecar.settings.edge;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;
import sidecar.settings.SettingsCatalog;

/**
 * The settings table for MicroProfile Config: below the environment (300), above the defaults (100). A variable such as
 * {@code SIDECAR_QUEUE_MAX} is the property {@code sidecar.queue.max}. The server makes this object long before there is
 * a database, so the rows arrive later and from outside.
 */
public class TableConfigSource implements ConfigSource {

    private static final int BELOW_ENVIRONMENT = 250;

    private static volatile Map<String, String> properties = Map.of();

    /** Takes over the table's rows by setting key. */
    static void publish(Map<String, String> rows) {
        properties = SettingsCatalog.all().stream()
                .filter(s -> s.inTable() && rows.containsKey(s.key()))
                .collect(Collectors.toUnmodifiableMap(s -> property(s.env()), s -> rows.get(s.key())));
    }

    private static String property(String variable) {
        return variable.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    @Override
    public Set<String> getPropertyNames() {
        return properties.keySet();
    }

    @Override
    public String getValue(String name) {
        return properties.get(name);
    }

    @Override
    public int getOrdinal() {
        return BELOW_ENVIRONMENT;
    }

    @Override
    public String getName() {
        return "Sidecar settings table";
    }
}
