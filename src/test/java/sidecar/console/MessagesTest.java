package sidecar.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Both languages say everything that the pages say, and nothing else. */
class MessagesTest {

    private static final Path BUNDLES = Path.of("src/main/resources/sidecar/console");

    /** A key in a page; what follows tells whether it is whole. */
    private static final Pattern IN_PAGE = Pattern.compile("msg\\['([^']+)'(])?");

    private static final Pattern IN_CODE = Pattern.compile(
            "(?:UiMessages\\.(?:of|find|in\\([^,]+)|PageMessages\\.(?:done|failed))[(,]\\s*\"([^\"]+)\"(\\s*\\+|\\.concat)?");

    private static final Pattern LITERAL = Pattern.compile("\"([a-z]+(?:\\.[a-z0-9_]+)+\\.?)\"");

    /** Chinese only: English is what the declaration says. */
    private static final String SETTINGS = "setting.";

    private final Map<String, String> english = read("messages_en.properties");
    private final Map<String, String> chinese = read("messages_zh_CN.properties");

    private static Map<String, String> read(String name) {
        Map<String, String> texts = new TreeMap<>();
        for (String line : lines(BUNDLES.resolve(name))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            assertThat(equals).as(name + ": " + line).isPositive();
            String key = line.substring(0, equals).strip();
            assertThat(texts.put(key, line.substring(equals + 1).strip()))
                    .as(key + " twice in " + name)
                    .isNull();
        }
        return texts;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String all(String directory, String suffix) {
        try (Stream<Path> files = Files.walk(Path.of(directory))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .map(file -> String.join("\n", lines(file)))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Uses(Set<String> keys, Set<String> prefixes) {
        boolean covers(String key) {
            return keys.contains(key) || prefixes.stream().anyMatch(key::startsWith);
        }
    }

    private static Uses uses() {
        Uses uses = new Uses(new TreeSet<>(), new TreeSet<>());
        Matcher page = IN_PAGE.matcher(all("webapp", ".xhtml"));
        while (page.find()) {
            (page.group(2) == null ? uses.prefixes() : uses.keys()).add(page.group(1));
        }
        Matcher code = IN_CODE.matcher(all("src/main/java", ".java"));
        while (code.find()) {
            (code.group(2) == null ? uses.keys() : uses.prefixes()).add(code.group(1));
        }
        return uses;
    }

    @Test
    void bothLanguagesHaveTheSameKeys() {
        Set<String> translated = new TreeSet<>(chinese.keySet());
        translated.removeIf(key -> key.startsWith(SETTINGS));

        assertThat(translated).isEqualTo(english.keySet());
    }

    @Test
    void everythingThatIsSaidIsThere() {
        Uses uses = uses();

        Set<String> missing = new TreeSet<>(uses.keys());
        missing.removeAll(chinese.keySet());
        assertThat(missing).isEmpty();
        assertThat(uses.prefixes())
                .allSatisfy(prefix -> assertThat(chinese.keySet()).anyMatch(key -> key.startsWith(prefix)));
    }

    @Test
    void nothingIsLeftOver() {
        Uses uses = uses();
        Matcher literal = LITERAL.matcher(all("src/main/java", ".java"));
        while (literal.find()) {
            String text = literal.group(1);
            (text.endsWith(".") ? uses.prefixes() : uses.keys()).add(text);
        }

        assertThat(chinese.keySet()).allMatch(uses::covers);
    }

    @Test
    void noTextIsEmptyAndBothNameTheSameArguments() {
        assertThat(english.values()).noneMatch(String::isEmpty);
        assertThat(chinese.values()).noneMatch(String::isEmpty);
        assertThat(english)
                .allSatisfy((key, text) -> assertThat(arguments(chinese.getOrDefault(key, "")))
                        .as(key)
                        .isEqualTo(arguments(text)));
    }

    private static Set<String> arguments(String text) {
        Set<String> arguments = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{\\d").matcher(text);
        while (matcher.find()) {
            arguments.add(matcher.group());
        }
        return arguments;
    }

    /** MessageFormat takes a single apostrophe for the beginning of a quotation. */
    @Test
    void apostrophesAreDoubledWhereThereAreArguments() {
        assertThat(english).allSatisfy((key, text) -> {
            if (text.contains("{0")) {
                assertThat(text.replace("''", "")).as(key).doesNotContain("'");
            }
        });
    }

    @Test
    void chineseIsChinese() {
        assertThat(chinese.entrySet().stream()
                        .filter(entry -> entry.getValue()
                                .codePoints()
                                .noneMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN))
                        .map(Map.Entry::getKey))
                .as("texts without one Chinese character, which only names and commands may be")
                .isSubsetOf(
                        "connect.openclaw",
                        "connect.opencode",
                        "connect.claudecode",
                        "connect.codex",
                        "connect.qwencode",
                        "connect.cline",
                        "connect.vercel",
                        "connect.agents",
                        "connect.agents_hint",
                        "connect.vercel_hint",
                        "connect.langchainjs_hint",
                        "connect.llamaindex_hint",
                        "connect.python_hint",
                        "connect.javascript_hint",
                        "providers.import.placeholder",
                        "providers.rpm",
                        "setting.unit.UTC");
    }
}
