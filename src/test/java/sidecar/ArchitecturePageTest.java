package sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/architecture.md} names exists. */
class ArchitecturePageTest {

    private static final Path PAGE = Path.of("docs/architecture.md");

    private static final Path MAIN = Path.of("src/main/java");

    private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");

    @Test
    void everyAnswerNamesFilesThatExist() throws IOException {
        Set<String> classes = classes();
        List<String> answers = section("## Where do I change …?")
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| what |"))
                .map(line -> line.split("\\|", -1)[2])
                .toList();
        assertThat(answers).hasSizeGreaterThanOrEqualTo(20);
        assertThat(answers).allSatisfy(answer -> {
            List<String> names = quoted(answer);
            assertThat(names).isNotEmpty();
            assertThat(names)
                    .allMatch(name -> name.contains("/") ? Files.exists(Path.of(name)) : classes.contains(name));
        });
    }

    @Test
    void itNamesEveryRoomAndNoOther() throws IOException {
        List<String> rooms = section("## Rooms")
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> quoted(line).get(0))
                .toList();
        try (Stream<Path> packages = Files.list(MAIN.resolve("sidecar"))) {
            assertThat(rooms)
                    .containsExactlyInAnyOrderElementsOf(
                            packages.map(Path::getFileName).map(Path::toString).toList());
        }
    }

    @Test
    void everyClassThatItNamesExists() throws IOException {
        Set<String> classes = classes();
        String ours = Files.readString(PAGE).replaceAll("(?s)```.*?```", "");
        assertThat(quoted(ours).stream()
                        .map(name -> name.replaceFirst("^(?:[a-z]+\\.)+", ""))
                        .filter(name -> name.matches("[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+")))
                .isNotEmpty()
                .allMatch(classes::contains);
    }

    private static List<String> quoted(String text) {
        return QUOTED.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static String section(String title) throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(title);
        int end = page.indexOf("\n## ", begin + 1);
        return page.substring(begin, end < 0 ? page.length() : end);
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> main = Files.walk(MAIN);
                Stream<Path> tests = Files.walk(Path.of("src/test/java"))) {
            return Stream.concat(main, tests)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}
