package sidecar.console.edge;

import jakarta.faces.context.FacesContext;
import java.text.MessageFormat;
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
        return said(FacesContext.getCurrentInstance().getViewRoot().getLocale(), english);
    }

    /** The same for a locale that is known. */
    public static String said(Locale locale, String english) {
        return SentenceTranslator.in(locale).say(english);
    }

    /**
     * The same beside an input: without the field's name in the API, alone or with its path, which the sentence begins with.
     *
     * @param field its path, such as {@code limits.rpm_limit}
     */
    static String saidAt(String field, String english) {
        return withoutName(field, said(english));
    }

    static String withoutName(String field, String said) {
        String name = said.substring(0, Math.max(0, said.indexOf(' ')));
        String rest = said.substring(name.length()).strip();
        boolean named = !field.isEmpty() && last(name).equals(last(field)) && !rest.isEmpty();
        return named ? rest.substring(0, 1).toUpperCase(Locale.ROOT) + rest.substring(1) : said;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
