package sidecar.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two pages never share a rule by accident: once their lanes and steps lay over each other. */
class StylesheetTest {

    private static final Pattern SECTION = Pattern.compile("(?m)^/\\* ([^*]+) \\*/$");
    private static final Pattern RULE = Pattern.compile("(?m)^\\s*([^@{}/][^{}]*?)\\s*\\{");
    private static final Pattern CLASS = Pattern.compile("\\.([A-Za-z][\\w-]*)");

    /** By section, in order. */
    private static final Map<String, List<String>> SELECTORS = new TreeMap<>();

    private static Set<String> pages;

    @BeforeAll
    static void read() throws IOException {
        try (var files = Files.list(Path.of("webapp"))) {
            pages = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".xhtml"))
                    .map(name -> name.substring(0, name.length() - ".xhtml".length()))
                    .collect(Collectors.toSet());
        }
        String css = Files.readString(Path.of("webapp/resources/sidecar/console.css"));
        Matcher section = SECTION.matcher(css);
        String name = "head";
        int from = 0;
        while (section.find()) {
            SELECTORS.put(name, selectors(css.substring(from, section.start())));
            name = section.group(1);
            from = section.end();
        }
        SELECTORS.put(name, selectors(css.substring(from)));
    }

    private static List<String> selectors(String rules) {
        // what stands inside a media query begins its line too, or follows the query's brace
        Matcher rule = RULE.matcher(rules.replaceAll("@media[^{]*\\{", "\n").replace("}", "}\n"));
        List<String> selectors = new ArrayList<>();
        while (rule.find()) {
            for (String selector : rule.group(1).split(",(?![^(]*\\))", -1)) {
                selectors.add(selector.strip());
            }
        }
        return selectors;
    }

    @Test
    void thereAreSectionsOfPagesWithRules() {
        assertThat(SELECTORS.keySet()).contains("dashboard", "cooldowns", "providers");
        assertThat(SELECTORS.get("dashboard")).contains(".page-dashboard .lane").hasSizeGreaterThan(30);
    }

    @Test
    void everyRuleOfAPageBeginsWithThatPage() {
        List<String> bare = new ArrayList<>();
        SELECTORS.forEach((section, selectors) -> {
            if (pages.contains(section)) {
                selectors.stream()
                        .filter(selector -> !selector.matches("(body)?\\.page-" + section + "[ .>:].*"))
                        .forEach(selector -> bare.add(section + ": " + selector));
            }
        });

        assertThat(bare).isEmpty();
    }

    @Test
    void noRuleOfWhatPagesShareIsDefinedInTwoSections() {
        Map<String, Set<String>> definedIn = new TreeMap<>();
        SELECTORS.forEach((section, selectors) -> {
            if (!pages.contains(section) && !section.equals("on paper")) {
                selectors.stream()
                        .filter(selector -> CLASS.matcher(selector).find())
                        .forEach(selector -> definedIn
                                .computeIfAbsent(selector, first -> new TreeSet<>())
                                .add(section));
            }
        });

        assertThat(definedIn.entrySet())
                .filteredOn(entry -> entry.getValue().size() > 1)
                .extracting(Object::toString)
                .isEmpty();
    }
}
