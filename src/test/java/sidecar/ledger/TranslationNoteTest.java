package sidecar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TranslationNoteTest {

    private static List<String> losses(List<String> said) {
        return TranslationNote.of("messages>chat", said).losses();
    }

    @Test
    void eachLossIsNamedOnceInTheOrderInWhichItWasSaid() {
        assertThat(losses(List.of("top_k", "container", "top_k"))).containsExactly("top_k", "container");
        assertThat(TranslationNote.of("", List.of())).isEqualTo(TranslationNote.NATIVE);
    }

    @Test
    void namesThatAClientMadeUpAreShortWordsWithoutCommas() {
        assertThat(losses(List.of("a,b c\nd", "x".repeat(100), "")))
                .containsExactly("a_b_c?d", "x".repeat(60) + "…", "-");
    }

    @Test
    void ofVeryManyTheFirstAreNamedAndTheOthersCounted() {
        List<String> many = IntStream.range(0, 10_000).mapToObj(i -> "f" + i).toList();

        List<String> losses = losses(many);

        assertThat(losses).hasSize(31).startsWith("f0", "f1").endsWith("f29", "+9970");
        assertThat(losses(many.subList(0, 30))).isEqualTo(many.subList(0, 30));
    }

    /** The table's column has room for 4,000 characters. */
    @Test
    void theLongestNamesFitTheTable() {
        List<String> long2 = IntStream.range(0, 31)
                .mapToObj(i -> Character.toString(0x1F600 + i).repeat(80))
                .toList();

        assertThat(String.join(",", losses(long2)).length()).isBetween(3_600, 4_000);
    }
}
