package sidecar.boot.edge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.eclipse.microprofile.config.spi.ConfigSource;
import sidecar.lifecycle.edge.Environment;
import sidecar.settings.edge.TableConfigSource;

/**
 * The variables of the process, and those that the server it is deployed on has as configuration properties of the same names
 * ({@code asadmin set-config-property}). Pure but for what the server says.
 */
final class ServerEnvironment {

    private ServerEnvironment() {}

    /** Names and values; what is set for the process itself wins. */
    static Map<String, String> read() {
        // by this class: who asks for the first connection may have a class loader of the server's as its own
        Iterable<ConfigSource> sources = ConfigProviderResolver.instance()
                .getConfig(ServerEnvironment.class.getClassLoader())
                .getConfigSources();
        return with(sources, Environment.read());
    }

    /** @param process wins over all sources */
    static Map<String, String> with(Iterable<ConfigSource> sources, Map<String, String> process) {
        List<ConfigSource> weakestFirst = new ArrayList<>();
        sources.forEach(weakestFirst::add);
        weakestFirst.removeIf(TableConfigSource.class::isInstance);
        weakestFirst.sort(Comparator.comparingInt(ConfigSource::getOrdinal));
        Map<String, String> variables = new HashMap<>();
        for (ConfigSource source : weakestFirst) {
            for (String name : source.getPropertyNames()) {
                String value = Environment.isOurs(name) ? source.getValue(name) : null;
                if (value != null) {
                    variables.put(name, value);
                }
            }
        }
        variables.putAll(process);
        return variables;
    }
}
