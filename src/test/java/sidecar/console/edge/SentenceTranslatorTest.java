package sidecar.console.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the cores say can be said in Chinese, and nothing else stands in the book. */
class SentenceTranslatorTest {

    private static final SentenceTranslator CHINESE = SentenceTranslator.in(Locale.SIMPLIFIED_CHINESE);
    private static final Set<String> SPOKEN = CoreMessages.all();

    /** Field names, model names, addresses, numbers and quoted texts. */
    private static final Pattern VALUE = Pattern.compile(
            "\"[^\"]*\"|\\b[a-z0-9]\\w*[_/][\\w./-]+|\\b[A-Z]+_\\w+|[\\w-]+\\.[\\w.-]*\\w|-?\\d[\\d.]*\\b");

    private static boolean isChinese(String text) {
        return text.codePoints().anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    }

    @Test
    void everythingIsSaidInChinese() {
        assertThat(SPOKEN).hasSizeGreaterThan(300);
        assertThat(SPOKEN.stream().filter(sentence -> !isChinese(CHINESE.say(sentence))))
                .as("sentences that no phrase fits")
                .isEmpty();
    }

    @Test
    void everyValueIsKept() {
        assertThat(SPOKEN).allSatisfy(sentence -> {
            Matcher value = VALUE.matcher(sentence);
            while (value.find()) {
                assertThat(CHINESE.say(sentence)).as(sentence).contains(value.group());
            }
        });
    }

    @Test
    void littleEnglishIsLeft() {
        Pattern english = Pattern.compile("\\b(must|is|was|has|the|which|with|not)\\b");

        assertThat(SPOKEN.stream()
                        .map(sentence -> CHINESE.say(sentence).replaceAll("\"[^\"]*\"?|'[^']*'", ""))
                        .filter(said -> english.matcher(said).find()))
                .isEmpty();
    }

    @Test
    void noPhraseIsLeftOver() {
        assertThat(CHINESE.phrases().stream()
                        .filter(template -> SPOKEN.stream().noneMatch(sentence -> needs(sentence, template))))
                .as("phrases that nobody says")
                .isEmpty();
    }

    private static boolean needs(String sentence, SentenceTemplate template) {
        List<SentenceTemplate> others = new ArrayList<>(CHINESE.phrases());
        others.remove(template);
        return template.english().stream().allMatch(sentence::contains)
                && !new SentenceTranslator(others).say(sentence).equals(CHINESE.say(sentence));
    }

    /** Words that are typed here, since nothing without a server says them, must not outlive those in the code. */
    @Test
    void whatIsNotHeardIsReadInTheSources() {
        String code = sources().replaceAll("\"\\s*\\+\\s*\"", "");

        assertThat(CoreMessages.ELSEWHERE).allSatisfy(sentence -> {
            SentenceTemplate fits = CHINESE.phrases().stream()
                    .filter(template -> template.say(sentence, Optional::of).isPresent())
                    .findFirst()
                    .orElseThrow();
            assertThat(fits.english())
                    .allSatisfy(part ->
                            assertThat(code).as(sentence).contains(part.replaceAll("^[^a-zA-Z]+|[^a-zA-Z]+$", "")));
        });
    }

    private static String sources() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            StringBuilder all = new StringBuilder();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void bothSidesHaveTheSameHolesInTheOrderOfTheEnglish() {
        assertThat(CHINESE.phrases()).allSatisfy(template -> {
            Set<String> holes = new TreeSet<>();
            Matcher hole = Pattern.compile("[{\\[<](\\d)[}\\]>]").matcher(template.theirs());
            while (hole.find()) {
                holes.add(hole.group(1));
            }
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < template.english().size() - 1; i++) {
                expected.add(String.valueOf(i));
            }
            assertThat(holes).as(template.toString()).containsExactlyElementsOf(expected);
        });
    }

    @Test
    void theFieldAndTheValueStandWhereTheyBelong() {
        assertThat(CHINESE.say("rpm_limit must be an integer from 0 to 1000000, was \"many\""))
                .isEqualTo("rpm_limit 必须是介于 0 和 1000000 之间的整数；实际为 \"many\"");
        assertThat(CHINESE.say("line 3: Missing required field: api_base_url")).isEqualTo("第 3 行：缺少必填字段：api_base_url");
        assertThat(CHINESE.say("model_mappings.my model.cost must be an object"))
                .isEqualTo("model_mappings.my model.cost 必须是对象");
    }

    @Test
    void aSentenceALine() {
        assertThat(CHINESE.say("connection refused\nname is given twice")).isEqualTo("连接被拒绝\nname 出现了两次");
    }

    @Test
    void whatNobodyKnowsStaysAsItIs() {
        for (String text :
                List.of("", "Bad Gateway", "line 1: line 1: ".repeat(50), "messages must be funny", "名称 p 已被使用。")) {
            assertThat(CHINESE.say(text)).isEqualTo(text);
        }
    }

    @Test
    void englishStaysEnglish() {
        assertThat(SentenceTranslator.in(Locale.ENGLISH).say("name is given twice"))
                .isEqualTo("name is given twice");
    }
}
