package sidecar.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import sidecar.settings.edge.TableConfigSource;

class ServerEnvironmentTest {

    private record Source(int ordinal, Map<String, String> properties) implements ConfigSource {

        @Override
        public int getOrdinal() {
            return ordinal;
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
        public String getName() {
            return "a source";
        }
    }

    @Test
    void propertiesOfTheServerCountLikeVariablesTheStrongerSourceFirst() {
        ConfigSource domain =
                new Source(110, Map.of("SIDECAR_QUEUE_MAX", "10", "SIDECAR_ADMIN_TOKEN", "t", "other.property", "x"));
        ConfigSource application = new Source(120, Map.of("SIDECAR_QUEUE_MAX", "20"));

        assertThat(ServerEnvironment.with(List.of(application, domain), Map.of("PATH", "/bin")))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("SIDECAR_QUEUE_MAX", "20", "SIDECAR_ADMIN_TOKEN", "t", "PATH", "/bin"));
    }

    @Test
    void whatIsSetForTheProcessWins() {
        ConfigSource server = new Source(500, Map.of("SIDECAR_QUEUE_MAX", "10", "LOG_LEVEL", "debug"));

        assertThat(ServerEnvironment.with(List.of(server), Map.of("SIDECAR_QUEUE_MAX", "30")))
                .containsExactlyInAnyOrderEntriesOf(Map.of("SIDECAR_QUEUE_MAX", "30", "LOG_LEVEL", "debug"));
    }

    @Test
    void ourOwnTableIsNoEnvironment() {
        ConfigSource table = new TableConfigSource() {
            @Override
            public Set<String> getPropertyNames() {
                return Set.of("SIDECAR_QUEUE_MAX");
            }

            @Override
            public String getValue(String name) {
                return "10";
            }
        };

        assertThat(ServerEnvironment.with(List.of(table), Map.of())).isEmpty();
    }
}
