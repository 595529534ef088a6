package sidecar.dialect.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;

class ToolNamesTest {

    private final ToolNames names = new ToolNames();

    @ParameterizedTest
    @ValueSource(strings = {"Read", "mcp__github__create-issue", "a", "_", "-", "0"})
    void namesThatProvidersTakeStayAsTheyAre(String name) {
        assertThat(name(name)).isEqualTo(name);
        assertThat(names.clientTool(name)).isEqualTo(ClientTool.function(name));
    }

    @Test
    void sixtyFourCharactersStayAndSixtyFiveAreShortened() {
        assertThat(name("x".repeat(64))).isEqualTo("x".repeat(64));
        assertThat(name("y".repeat(65)))
                .hasSize(64)
                .startsWith("y".repeat(55) + "_")
                .isNotEqualTo("y".repeat(64));
    }

    @Test
    void aShortenedNameIsTurnedBack() {
        String client = "mcp__" + "very_long_server_name_".repeat(20) + "__search";

        assertThat(names.clientTool(name(client))).isEqualTo(ClientTool.function(client));
    }

    @Test
    void theSameRequestGetsTheSameNames() {
        String client = "z".repeat(500);

        assertThat(new ToolNames().providerName(ClientTool.function(client))).isEqualTo(name(client));
        assertThat(name(client)).isEqualTo(name(client));
    }

    @Test
    void longNamesThatBeginAlikeStayDifferent() {
        String one = name("p".repeat(80) + "_one");
        String two = name("p".repeat(80) + "_two");

        assertThat(one).isNotEqualTo(two);
        assertThat(names.clientTool(two).name()).isEqualTo("p".repeat(80) + "_two");
    }

    @Test
    void namesThatDifferInForbiddenCharactersOnlyStayDifferent() {
        Set<String> made = new HashSet<>();
        for (String client : List.of("a.b", "a:b", "a_b", "a/b", "a b")) {
            made.add(name(client));
        }

        assertThat(made).hasSize(5).contains("a_b");
    }

    @Test
    void aToolThatIsCalledAsAnotherWasShortenedGetsANameOfItsOwn() {
        String shortened = name("q".repeat(100));

        assertThat(name(shortened)).isNotEqualTo(shortened).hasSizeLessThanOrEqualTo(64);
        assertThat(names.clientTool(name(shortened)).name()).isEqualTo(shortened);
    }

    @Test
    void aNamespaceIsJoinedToTheNameAndTurnedBack() {
        ClientTool tool = new ClientTool(ToolKind.FUNCTION, "search", Optional.of("github"));

        assertThat(names.providerName(tool)).isEqualTo("github__search");
        assertThat(names.clientTool("github__search")).isEqualTo(tool);
    }

    @Test
    void toolsOfTheSameWholeNameAreToldApart() {
        ClientTool spaced = new ClientTool(ToolKind.FUNCTION, "search", Optional.of("github"));
        ClientTool plain = ClientTool.function("github__search");
        ClientTool custom = new ClientTool(ToolKind.CUSTOM, "github__search", Optional.empty());

        List<String> made =
                Stream.of(spaced, plain, custom).map(names::providerName).toList();

        assertThat(made).doesNotHaveDuplicates().startsWith("github__search");
        assertThat(made.stream().map(names::clientTool)).containsExactly(spaced, plain, custom);
    }

    @Test
    void aNameThatNobodyDeclaredIsAFunction() {
        assertThat(names.clientTool("Bash")).isEqualTo(ClientTool.function("Bash"));
    }

    @ParameterizedTest
    @MethodSource
    void everyNameIsOneThatProvidersTake(String client) {
        assertThat(name(client)).matches("[A-Za-z0-9_-]{1,64}");
        assertThat(names.clientTool(name(client)).name()).isEqualTo(client);
    }

    static Stream<String> everyNameIsOneThatProvidersTake() {
        return Stream.of(
                "", " ", "größe", "工具", "a\nb", "😀", "\uD83D", "n".repeat(500), "é".repeat(64), "a".repeat(63) + "ü");
    }

    private String name(String client) {
        return names.providerName(ClientTool.function(client));
    }
}
