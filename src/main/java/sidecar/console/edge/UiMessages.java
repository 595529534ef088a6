package sidecar.console.edge;

import jakarta.faces.context.FacesContext;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;

/** The pages' texts, in the language of the view. Pages themselves say {@code #{msg['key']}}. */
public final class UiMessages {

    private static final String BUNDLE = "sidecar.console.messages";

    private UiMessages() {}

    /** The text of a key; {@code {0}} and so on are filled in where there are arguments. */
    public static String of(String key, Object... arguments) {
        return in(FacesContext.getCurrentInstance().getViewRoot().getLocale(), key, arguments);
    }

    /** The same for a locale that is known. */
    public static String in(Locale locale, String key, Object... arguments) {
        String text = ResourceBundle.getBundle(BUNDLE, locale).getString(key);
        return arguments.length == 0 ? text : new MessageFormat(text, locale).format(arguments);
    }

    /** The text of a key that need not be there. */
    static Optional<String> find(String key) {
        ResourceBundle texts = ResourceBundle.getBundle(
                BUNDLE, FacesContext.getCurrentInstance().getViewRoot().getLocale());
        return texts.containsKey(key) ? Optional.of(texts.getString(key)) : Optional.empty();
    }

    /** What a core says in English, one sentence a line, in the language of the view as far as it is known. */
    public static String said(String english) {
        return SentenceTranslator.in(
                        FacesContext.getCurrentInstance().getViewRoot().getLocale())
                .say(english);
    }

    /**
     * The same beside an input: without the field's name in the API, which the sentence begins with.
     *
     * @param field its path, such as {@code limits.rpm_limit}
     */
    static String saidAt(String field, String english) {
        return withoutName(field, said(english));
    }

    static String withoutName(String field, String said) {
        String last = field.substring(field.lastIndexOf('.') + 1);
        for (String name : List.of(field, last)) {
            if (!name.isEmpty() && said.startsWith(name + ' ')) {
                String rest = said.substring(name.length() + 1).strip();
                return rest.isEmpty() ? said : rest.substring(0, 1).toUpperCase(Locale.ROOT) + rest.substring(1);
            }
        }
        return said;
    }
}
