package sidecar.settings;

import java.util.Optional;
import java.util.function.Consumer;
import sidecar.json.Texts;

/**
 * One setting, as declared in {@link SettingsCatalog}.
 *
 * @param key its name in the table and in JSON
 * @param env the environment variable that overrides the table
 * @param unit what the number counts; empty where the type says it all
 * @param preset the default, as text
 * @param place where it may be given
 * @param effect when a change acts
 */
public record Setting<T>(
        String key,
        String env,
        SettingType<T> kind,
        String unit,
        String preset,
        String description,
        Place place,
        Effect effect) {

    /** Where a setting may be given. */
    public enum Place {
        /** Environment or table. */
        ANYWHERE,
        /** Environment only; its value is not a secret but has no business in the table. */
        ENVIRONMENT,
        /** Environment only, and never shown. */
        SECRET
    }

    /** When a change acts. */
    public enum Effect {
        AT_ONCE("at once"),
        RESTART("after a restart"),
        NONE("no effect yet");

        private final String words;

        Effect(String words) {
            this.words = words;
        }

        /** For pages and documentation. */
        public String words() {
            return words;
        }
    }

    /** Whether it may be stored in the table and shown. */
    public boolean inTable() {
        return place == Place.ANYWHERE;
    }

    /** The default. */
    public T fallback() {
        return read(preset).orElseThrow(() -> new IllegalStateException(key + ": its default breaks its rule"));
    }

    /** The value of a text; empty when it breaks the rule. */
    public Optional<T> read(String text) {
        return kind.read().apply(text.strip());
    }

    /**
     * The value of a text that was stored earlier, as much of it as this version understands; empty when it is nothing.
     *
     * @param warning is told what was left out, in one line that begins with the key
     */
    public Optional<T> readStored(String text, Consumer<String> warning) {
        return kind.stored().apply(text.strip(), why -> warning.accept(key + " " + why));
    }

    /** Why {@code text} is refused, in one line that names key, value and rule; empty when it is fine. */
    public Optional<String> refusal(String text) {
        if (read(text).isPresent()) {
            return Optional.empty();
        }
        Optional<String> exactly = kind.fault().apply(text.strip());
        if (exactly.isPresent()) {
            return Optional.of(key + " " + exactly.get());
        }
        String was = place == Place.SECRET ? "" : ", was " + shown(text);
        return Optional.of(key + " must be " + kind.rule() + was);
    }

    /** Without what a URL tells of a user, where a password may stand: who mistypes one must not read it in the log. */
    private static String shown(String text) {
        String open = text.replaceAll("(?<=//).*@", "****@").replaceAll("(?i)(password=)[^&;]*", "$1****");
        return '"' + Texts.excerpt(open) + '"';
    }
}
