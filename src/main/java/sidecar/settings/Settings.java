package sidecar.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The settings in force: environment over table over default. Reading is a look-up in an immutable map, from any thread;
 * a new table acts at once.
 */
public final class Settings {

    private static final String PREFIX = "SIDECAR_";

    private final Map<String, String> environment;
    private final List<String> warnings;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Resolved resolved;

    private record Resolved(Map<String, String> table, Map<String, Object> values) {}

    /**
     * @param environment variables; an empty one counts as unset
     * @throws IllegalArgumentException when variables must be others; the message is one line and names all of them
     */
    public Settings(Map<String, String> environment) {
        this.environment = environment.entrySet().stream()
                .filter(e -> !e.getValue().isBlank())
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
        refuseBad();
        this.warnings = unknownVariables();
        this.resolved = resolve(Map.of());
    }

    private void refuseBad() {
        List<String> refusals = new ArrayList<>(StartupChecks.refusals(environment));
        for (Setting<?> setting : SettingsCatalog.all()) {
            Optional.ofNullable(environment.get(setting.env()))
                    .flatMap(setting::refusal)
                    .ifPresent(refusal -> refusals.add(setting.env() + ": " + refusal));
        }
        if (!refusals.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", refusals));
        }
    }

    private List<String> unknownVariables() {
        Set<String> known = SettingsCatalog.all().stream().map(Setting::env).collect(Collectors.toSet());
        return environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .map(name -> "unknown environment variable " + name + " is ignored")
                .toList();
    }

    /** {@code listener} is called after each change of the table, on the thread that made it; must not block. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** What the environment holds that nobody knows, one sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** The value in force. Never blocks. */
    @SuppressWarnings("unchecked") // what is stored under a setting's key was read by that setting
    public <T> T get(Setting<T> setting) {
        Object value = resolved.values().get(setting.key());
        if (value == null) {
            throw new IllegalArgumentException(setting.key() + " is not declared");
        }
        return (T) value;
    }

    /** A text setting; empty when it is not set. */
    public Optional<String> text(Setting<String> setting) {
        return Optional.of(get(setting)).filter(text -> !text.isEmpty());
    }

    /** The value in force, as text. */
    public <T> String print(Setting<T> setting) {
        return setting.kind().write().apply(get(setting));
    }

    /** Where the value in force comes from. */
    public SettingSource source(Setting<?> setting) {
        if (environment.containsKey(setting.env())) {
            return SettingSource.ENVIRONMENT;
        }
        return resolved.table().containsKey(setting.key()) ? SettingSource.TABLE : SettingSource.DEFAULT;
    }

    /**
     * Takes over the table's rows by key. A row that is unknown, has no place in the table or breaks its rule is left
     * out, and so is a part of one that alone breaks it: what an earlier version stored must not stop this one.
     *
     * @return one sentence for each row or part left out
     */
    public List<String> table(Map<String, String> rows) {
        List<String> left = new ArrayList<>();
        Map<String, String> good = new HashMap<>();
        new TreeMap<>(rows).forEach((key, text) -> {
            Optional<Setting<?>> known = tableSetting(key);
            if (known.flatMap(setting -> setting.readStored(text, left::add)).isPresent()) {
                good.put(key, text);
            } else {
                tableRefusal(key, text).ifPresent(why -> left.add("setting ignored: " + why));
            }
        });
        resolved = resolve(good);
        listeners.forEach(Runnable::run);
        return List.copyOf(left);
    }

    /** Why that row must not be in the table, naming key, value and rule; empty when it is fine. */
    public static Optional<String> tableRefusal(String key, String text) {
        Optional<Setting<?>> setting = tableSetting(key);
        return setting.isEmpty()
                ? Optional.of(key + " is unknown")
                : setting.get().refusal(text);
    }

    private static Optional<Setting<?>> tableSetting(String key) {
        return SettingsCatalog.byKey(key).filter(Setting::inTable);
    }

    private Resolved resolve(Map<String, String> table) {
        Map<String, Object> values = new HashMap<>();
        for (Setting<?> setting : SettingsCatalog.all()) {
            String text = environment.getOrDefault(setting.env(), table.getOrDefault(setting.key(), setting.preset()));
            values.put(
                    setting.key(),
                    setting.readStored(text, why -> {}).map(Object.class::cast).orElseGet(setting::fallback));
        }
        return new Resolved(Map.copyOf(table), Map.copyOf(values));
    }
}
