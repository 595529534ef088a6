package sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents lead where they say. */
class DocumentsTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern BLOCK = Pattern.compile("(?s)```.*?```|`[^`\n]*`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\"");

    private static List<Path> documents() {
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyLinkLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            LINK.matcher(BLOCK.matcher(read(document)).replaceAll(""))
                    .results()
                    .map(link -> link.group(1))
                    .filter(link -> !link.matches("[a-z]+:.*") && !leads(document, link))
                    .forEach(link -> broken.add(document + ": " + link));
        }

        assertThat(broken).isEmpty();
    }

    private static boolean leads(Path from, String link) {
        String path = link.replaceFirst("#.*", "");
        Path target = path.isEmpty() ? from : from.resolveSibling(path).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return !link.contains("#") || anchors(target).contains(link.substring(link.indexOf('#') + 1));
    }

    /** As the usual viewers make them of headings. */
    private static Set<String> anchors(Path document) {
        String text = read(document);
        return Stream.concat(
                        HEADING.matcher(text)
                                .results()
                                .map(heading -> heading.group(1)
                                        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                                        .toLowerCase(Locale.ROOT)
                                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                                        .replace(' ', '-')),
                        ANCHOR.matcher(text).results().map(anchor -> anchor.group(1)))
                .collect(Collectors.toSet());
    }

    /** Same commands, same pictures, same chapters, same further documents; only the words differ. */
    @Test
    void theChineseReadmeKeepsInStep() {
        String english = read(Path.of("README.md"));
        String chinese = read(Path.of("docs/README.zh-CN.md"));

        assertThat(typed(chinese)).isEqualTo(typed(english));
        assertThat(HEADING.matcher(outside(chinese)).results())
                .hasSameSizeAs(HEADING.matcher(outside(english)).results().toList());
        assertThat(targets(Path.of("docs/README.zh-CN.md"))).isEqualTo(targets(Path.of("README.md")));
    }

    private static List<String> typed(String text) {
        return Pattern.compile("(?s)```bash.*?```")
                .matcher(text)
                .results()
                .map(block -> block.group())
                .toList();
    }

    private static String outside(String text) {
        return BLOCK.matcher(text).replaceAll("");
    }

    /** Where its links lead, but those from one language to the other. */
    private static Set<String> targets(Path document) {
        return LINK.matcher(outside(read(document)))
                .results()
                .map(link -> link.group(1).contains(":")
                        ? link.group(1)
                        : document.resolveSibling(link.group(1)).normalize().toString())
                .filter(target -> !target.contains("README"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyDocumentIsReachedFromTheReadme() {
        String all = documents().stream().map(DocumentsTest::read).collect(Collectors.joining());

        assertThat(documents())
                .filteredOn(file -> file.getNameCount() == 2)
                .allSatisfy(file -> assertThat(all).contains(file.getFileName() + ")"));
    }
}
