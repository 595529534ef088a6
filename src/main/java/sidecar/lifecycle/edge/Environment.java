package sidecar.lifecycle.edge;

import java.util.HashMap;
import java.util.Map;

/** The process environment. A system property of the same name wins, for tests that cannot set variables. */
public final class Environment {

    private Environment() {}

    public static Map<String, String> read() {
        Map<String, String> variables = new HashMap<>(System.getenv());
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("SIDECAR_") || name.startsWith("LOG_"))
                .forEach(name -> variables.put(name, System.getProperty(name)));
        return variables;
    }
}
