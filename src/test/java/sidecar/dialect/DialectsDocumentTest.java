package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sidecar.json.Json;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.Dialect;
import sidecar.provider.model.ClientProgram;
import sidecar.provider.model.CompatPreset;

/** {@code docs/dialects.md} names everything that the readers and writers leave out, and every key that acts. */
class DialectsDocumentTest {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern LITERAL_LOSS = Pattern.compile("losses\\.(?:changing|harmless)\\(\"([^\"]+)\"\\)");

    /** Constants that hold names which are lost, refused, or of no meaning elsewhere. */
    private static final Pattern NAMES = Pattern.compile("(IGNORED|HARMLESS|LOST|REFUSED)(_.*)?|OPAQUE_KINDS");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String page() {
        return read(Path.of("docs", "dialects.md"));
    }

    /** From a heading to the next of any level. */
    private static String section(String heading) {
        String[] parts = page().split("(?m)^#+ " + Pattern.quote(heading) + "$", 2);
        assertThat(parts).as(heading).hasSize(2);
        return parts[1].split("(?m)^#", 2)[0];
    }

    private static Stream<Path> sources(String directory) {
        try (Stream<Path> files = Files.walk(SOURCES.resolve(directory))) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> type(Path source) {
        String path = SOURCES.relativize(source).toString();
        try {
            return Class.forName(
                    path.substring(0, path.length() - ".java".length()).replace('/', '.'));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(path, e);
        }
    }

    private static Stream<?> names(Field constant) {
        try {
            constant.setAccessible(true);
            Object value = constant.get(null);
            return value instanceof Map<?, ?> map ? map.keySet().stream() : ((Collection<?>) value).stream();
        } catch (IllegalAccessException e) {
            throw new AssertionError(constant.toString(), e);
        }
    }

    private static void assertNamed(Collection<String> names, String text) {
        assertThat(names).isNotEmpty().allSatisfy(name -> assertThat(text).contains("`" + name + "`"));
    }

    @ParameterizedTest
    @CsvSource({
        "messages, 'Messages, the client''s side'",
        "chat, 'Chat, the client''s side'",
        "responses, 'Responses, the client''s side'"
    })
    void everyNameThatAReaderLeavesOutStandsInItsSection(String dialect, String heading) {
        Set<String> names = new TreeSet<>();
        sources("sidecar/dialect/" + dialect)
                .flatMap(source -> Arrays.stream(type(source).getDeclaredFields()))
                .filter(field -> Modifier.isStatic(field.getModifiers())
                        && NAMES.matcher(field.getName()).matches())
                .flatMap(DialectsDocumentTest::names)
                .forEach(name -> names.add(name.toString()));

        assertNamed(names, section(heading));
    }

    @Test
    void everyLossThatIsNamedInTheCodeStandsThere() {
        Set<String> names = new TreeSet<>();
        sources("sidecar/dialect")
                .flatMap(source -> LITERAL_LOSS.matcher(read(source)).results())
                .map(MatchResult::group)
                .map(loss -> loss.replaceAll(".*\"(.*)\".*", "$1"))
                .forEach(names::add);

        assertThat(names).contains("top_k", "text.verbosity", "tool_calls.arguments");
        assertNamed(names, page());
    }

    @Test
    void everyKeyOfCompatStandsThere() {
        Set<String> keys = new TreeSet<>();
        Pattern.compile("compat(?:\\(\\))?(?:, |\\.get\\()\"([A-Za-z]+)\"")
                .matcher(read(SOURCES.resolve("sidecar/dialect/MappingOptions.java"))
                        + read(SOURCES.resolve("sidecar/provider/ModelMapping.java")))
                .results()
                .forEach(key -> keys.add(key.group(1)));
        keys.add("extraBody");

        assertThat(keys).contains("carryReasoning", "thinkingSwitch", "promptCaching", "authHeader");
        assertNamed(keys, section("Keys of compat"));
    }

    @Test
    void everyPresetStandsThere() {
        assertThat(CompatPreset.ALL).allSatisfy(preset -> {
            String line = section("Keys of compat")
                    .lines()
                    .filter(row -> row.startsWith("| " + preset.vendor() + " |"))
                    .findFirst()
                    .orElseThrow();
            assertThat(preset.hosts()).allSatisfy(host -> assertThat(line).contains("`" + host + "`"));
            assertThat(Json.read(line.replaceAll(".*`(\\{.*})`.*", "$1"))).isEqualTo(Json.tree(preset.compat()));
        });
    }

    /** The matrix is what the code does. */
    @ParameterizedTest
    @EnumSource
    void theMatrixSaysWhoSpeaksWhat(Dialect dialect) {
        String[] cells = section("Who can use what")
                .lines()
                .filter(row -> row.matches("\\| " + dialect.wire() + " \\| (native|translated).*"))
                .findFirst()
                .orElseThrow()
                .split(" *\\| *", -1);

        for (ApiProtocol api : ApiProtocol.values()) {
            boolean isNative = dialect.spokenBy(
                    SomeProvider.named("p").api(api).maps("m", "n").build());
            int column = 2 + List.of(ApiProtocol.values()).indexOf(api);
            assertThat(cells[column]).as(api.wire()).startsWith(isNative ? "native" : "translated");
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePatternsOfClientsStandThere(ClientProgram program) {
        String text = section("Claude Code's and Codex's own names");

        assertNamed(program.names(), text);
        assertThat(program.smallNames()).allSatisfy(name -> assertThat(text).contains("`" + name + "`"));
    }
}
