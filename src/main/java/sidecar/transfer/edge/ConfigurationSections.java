package sidecar.transfer.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import sidecar.transfer.ConfigurationSection;

/** All parts of the configuration, always in the same order. */
@ApplicationScoped
public class ConfigurationSections {

    @Inject
    @Any
    private Instance<ConfigurationSection> parts;

    List<ConfigurationSection> all() {
        return parts.stream()
                .sorted(Comparator.comparing(section -> section.fields().get(0)))
                .toList();
    }

    /** Runs {@code work} while nobody else changes any part of the configuration. */
    public void exclusively(Runnable work) {
        Runnable all = work;
        for (ConfigurationSection section : all()) {
            Runnable inner = all;
            all = () -> section.exclusively(inner);
        }
        all.run();
    }
}
