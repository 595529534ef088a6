package sidecar.lifecycle.edge;

import java.util.HashMap;
import java.util.Map;

/** The process environment. A system property of the same name wins, for tests that cannot set variables. */
public final class Environment {

    private Environment() {}

    public static Map<String, String> read() {
        Map<String, String> variables = new HashMap<>(System.getenv());
        System.getProperties().stringPropertyNames().stream()
                .filter(Environment::isOurs)
                .forEach(name -> variables.put(name, System.getProperty(name)));
        return variables;
    }

    /** Whether a variable of that name is one of Sidecar's, known or not. */
    public static boolean isOurs(String name) {
        return name.startsWith("SIDECAR_") || name.startsWith("LOG_");
    }
}
