package sidecar.dialect.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sidecar.dialect.request.AssistantPart.AssistantText;
import sidecar.dialect.request.AssistantPart.ReasoningPart;
import sidecar.dialect.request.AssistantPart.ToolCallPart;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.ConversationTurn.AssistantTurn;
import sidecar.dialect.request.ConversationTurn.SystemTurn;
import sidecar.dialect.request.ConversationTurn.ToolResultTurn;
import sidecar.dialect.request.ConversationTurn.UserTurn;

class TurnNormalizerTest {

    @Test
    void nothingIsDoneToATidyConversation() {
        List<ConversationTurn> tidy = List.of(
                new SystemTurn("be brief"),
                user("go"),
                assistant(text("reading"), call("a"), call("b")),
                result("a", "1"),
                result("b", "2"),
                assistant(text("done")),
                user("thanks"));

        assertThat(TurnNormalizer.normalize(tidy)).isEqualTo(tidy);
    }

    @Test
    void resultsComeInTheOrderOfTheirCalls() {
        List<ConversationTurn> turns = List.of(
                user("go"),
                assistant(call("a"), call("b"), call("c")),
                result("c", "3"),
                result("a", "1"),
                result("b", "2"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(
                        user("go"),
                        assistant(call("a"), call("b"), call("c")),
                        result("a", "1"),
                        result("b", "2"),
                        result("c", "3"));
    }

    @Test
    void resultsStandDirectlyBehindTheirCallsWhateverWasSaidBetween() {
        List<ConversationTurn> turns = List.of(
                assistant(call("a")),
                user("one moment"),
                new SystemTurn("the user is in a hurry"),
                result("a", "1"),
                user("now?"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(
                        assistant(call("a")),
                        result("a", "1"),
                        user("one moment"),
                        new SystemTurn("the user is in a hurry"),
                        user("now?"));
    }

    @Test
    void aCallWithoutAResultGetsOne() {
        List<ConversationTurn> turns = List.of(assistant(call("a"), call("b")), result("b", "2"), user("go on"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(
                        assistant(call("a"), call("b")), result("a", "(no result)"), result("b", "2"), user("go on"));
    }

    @Test
    void aCallAtTheEndGetsAResultToo() {
        assertThat(TurnNormalizer.normalize(List.of(user("go"), assistant(call("a")))))
                .containsExactly(user("go"), assistant(call("a")), result("a", "(no result)"));
    }

    @Test
    void aResultWithoutACallIsTheUsersTextWhereItStood() {
        List<ConversationTurn> turns = List.of(user("go"), result("lost", "42"), assistant(text("fine")));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(user("go"), user("Result of tool call lost:", "42"), assistant(text("fine")));
    }

    @Test
    void aStrayErrorIsNamedAsOne() {
        List<ConversationTurn> turns = List.of(new ToolResultTurn("lost", List.of(), true));

        assertThat(TurnNormalizer.normalize(turns)).containsExactly(user("Error of tool call lost:"));
    }

    @Test
    void theSecondResultOfACallIsAStray() {
        List<ConversationTurn> turns = List.of(assistant(call("a")), result("a", "1"), result("a", "2"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(assistant(call("a")), result("a", "1"), user("Result of tool call a:", "2"));
    }

    @Test
    void aStrayBetweenACallAndItsResultGoesBehindThem() {
        List<ConversationTurn> turns = List.of(assistant(call("a")), result("lost", "?"), result("a", "1"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(assistant(call("a")), result("a", "1"), user("Result of tool call lost:", "?"));
    }

    @Test
    void callsThatFollowOneAnotherShareOneTurn() {
        List<ConversationTurn> turns = List.of(
                assistant(new ReasoningPart("hm")),
                assistant(text("I read both")),
                assistant(call("a")),
                assistant(call("b")),
                result("a", "1"),
                result("b", "2"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(
                        assistant(new ReasoningPart("hm"), text("I read both"), call("a"), call("b")),
                        result("a", "1"),
                        result("b", "2"));
    }

    @Test
    void aMessageBetweenACallAndItsResultIsOfTheSameTurn() {
        List<ConversationTurn> turns = List.of(assistant(call("a")), assistant(text("running it")), result("a", "1"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(assistant(call("a"), text("running it")), result("a", "1"));
    }

    @Test
    void callsThatWereMadeOneAfterTheOtherStayApart() {
        List<ConversationTurn> turns =
                List.of(assistant(call("a")), result("a", "1"), assistant(call("b")), result("b", "2"));

        assertThat(TurnNormalizer.normalize(turns)).isEqualTo(turns);
    }

    @Test
    void anIdThatComesBackInALaterTurnIsAnotherCall() {
        List<ConversationTurn> turns = List.of(
                assistant(call("call_0")), result("call_0", "1"), assistant(call("call_0")), result("call_0", "2"));

        assertThat(TurnNormalizer.normalize(turns)).isEqualTo(turns);
    }

    @Test
    void aResultBelongsToTheLatestCallOfItsId() {
        List<ConversationTurn> turns = List.of(
                assistant(call("call_0")), user("never mind"), assistant(call("call_0")), result("call_0", "2"));

        assertThat(TurnNormalizer.normalize(turns))
                .containsExactly(
                        assistant(call("call_0")),
                        result("call_0", "(no result)"),
                        user("never mind"),
                        assistant(call("call_0")),
                        result("call_0", "2"));
    }

    @Test
    void theSameIdTwiceInOneTurnTakesResultsInOrder() {
        List<ConversationTurn> turns = List.of(assistant(call("x"), call("x")), result("x", "1"), result("x", "2"));

        assertThat(TurnNormalizer.normalize(turns)).isEqualTo(turns);
    }

    @Test
    void aResultThatStandsBeforeItsCallIsPutBehindIt() {
        List<ConversationTurn> turns = List.of(user("go"), result("a", "1"), assistant(call("a")));

        assertThat(TurnNormalizer.normalize(turns)).containsExactly(user("go"), assistant(call("a")), result("a", "1"));
    }

    @Test
    void nothingStaysNothing() {
        assertThat(TurnNormalizer.normalize(List.of())).isEmpty();
    }

    @Test
    void aTurnWithoutPartsStays() {
        assertThat(TurnNormalizer.normalize(List.of(assistant()))).containsExactly(assistant());
    }

    @Test
    void twoThousandCallsWhoseResultsAllComeAtTheEndAreEachAnswered() {
        List<ConversationTurn> turns = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            turns.add(user("u" + i));
            turns.add(assistant(call("c" + i)));
        }
        for (int i = 0; i < 2_000; i++) {
            turns.add(result("c" + i, "r" + i));
        }

        List<ConversationTurn> normalized = TurnNormalizer.normalize(turns);

        assertThat(normalized).hasSize(6_000);
        assertThat(normalized.subList(5_997, 6_000))
                .containsExactly(user("u1999"), assistant(call("c1999")), result("c1999", "r1999"));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNormalStaysAsItIs(List<ConversationTurn> turns) {
        List<ConversationTurn> once = TurnNormalizer.normalize(turns);

        assertThat(TurnNormalizer.normalize(once)).isEqualTo(once);
    }

    static Stream<List<ConversationTurn>> whatIsNormalStaysAsItIs() {
        return Stream.of(
                List.of(
                        result("a", "1"),
                        assistant(call("a")),
                        assistant(call("a")),
                        result("a", "2"),
                        result("a", "3")),
                List.of(assistant(call("a")), result("b", "x"), assistant(call("b")), user("u"), result("a", "y")),
                List.of(assistant(), user("u"), assistant(), assistant(text("t"))),
                List.of(assistant(call("a")), new SystemTurn("s"), assistant(call("b")), result("a", "1")));
    }

    private static UserTurn user(String... texts) {
        return new UserTurn(Stream.of(texts).<ContentPart>map(TextPart::new).toList());
    }

    private static AssistantTurn assistant(AssistantPart... parts) {
        return new AssistantTurn(List.of(parts));
    }

    private static AssistantText text(String text) {
        return new AssistantText(text);
    }

    private static ToolCallPart call(String id) {
        return new ToolCallPart(id, "read", "{}");
    }

    private static ToolResultTurn result(String id, String text) {
        return new ToolResultTurn(id, List.of(new TextPart(text)), false);
    }
}
