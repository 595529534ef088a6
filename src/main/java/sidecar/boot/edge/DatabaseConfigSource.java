package sidecar.boot.edge;

import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import sidecar.settings.Settings;

/** Tells the server's data source where the database is. The server asks before the application begins to start. */
public class DatabaseConfigSource implements ConfigSource {

    private static final int BELOW_THE_TABLE = 240;

    private final Map<String, String> properties = properties();

    private static Map<String, String> properties() {
        try {
            DatabaseLocation location = DatabaseLocation.of(new Settings(Environment.read()));
            return Map.of(
                    "sidecar.jdbc.url", location.url(),
                    "sidecar.jdbc.driver", location.driver(),
                    "sidecar.jdbc.user", location.user(),
                    "sidecar.jdbc.password", location.password());
        } catch (IllegalArgumentException e) {
            // Boot reads the same environment and refuses the start with this message.
            return Map.of();
        }
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
        return BELOW_THE_TABLE;
    }

    @Override
    public String getName() {
        return "Sidecar database location";
    }
}
