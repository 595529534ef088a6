package sidecar.console.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says what the program's cores say in another language: they know only English, and the API answers it. The first phrase that fits decides; a sentence
 * that none fits, such as an upstream's own words, stays as it is. Immutable.
 */
final class SentenceTranslator {

    /** How deep phrases may stand inside phrases: an upstream's words must not make work. */
    private static final int DEEPEST = 6;

    private static final SentenceTranslator ENGLISH = new SentenceTranslator(List.of());
    private static final SentenceTranslator CHINESE = read("/sidecar/console/phrases_zh_CN.txt");

    private final List<SentenceTemplate> phrases;

    SentenceTranslator(List<SentenceTemplate> phrases) {
        this.phrases = List.copyOf(phrases);
    }

    /** The one of a language that pages are shown in. */
    static SentenceTranslator in(Locale locale) {
        return locale.getLanguage().equals("zh") ? CHINESE : ENGLISH;
    }

    private static SentenceTranslator read(String resource) {
        try (InputStream bytes = SentenceTranslator.class.getResourceAsStream(resource);
                BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            return new SentenceTranslator(lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(SentenceTemplate::of)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<SentenceTemplate> phrases() {
        return phrases;
    }

    /** A text of one sentence a line. */
    String say(String text) {
        return Arrays.stream(text.split("\n", -1))
                .map(sentence -> find(sentence, DEEPEST).orElse(sentence))
                .collect(Collectors.joining("\n"));
    }

    private Optional<String> find(String sentence, int deep) {
        return deep == 0
                ? Optional.empty()
                : phrases.stream()
                        .flatMap(template -> template.say(sentence, inner -> find(inner, deep - 1)).stream())
                        .findFirst();
    }
}
