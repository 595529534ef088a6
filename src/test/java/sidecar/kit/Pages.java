package sidecar.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The pages of the console, as they lie in {@code webapp}. */
public final class Pages {

    private static final String ENDING = ".xhtml";

    /** For whoever has not signed in. */
    private static final Set<String> OPEN = Set.of("login", "broken");

    private Pages() {}

    /** The names of all that ask who is there, such as {@code dashboard}, in alphabetical order. */
    public static List<String> all() {
        try (Stream<Path> files = Files.list(Path.of("webapp"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .filter(name -> !OPEN.contains(name))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
