package sidecar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientTokensTest {

    private static final String TOKEN = "a-token-of-16-ch";

    @ParameterizedTest
    @CsvSource({
        "false, true, false, open",
        "false, true, true, nobody",
        "false, false, false, nobody",
        "false, false, true, nobody",
        "true, false, false, open",
        "true, false, true, open",
        "true, true, true, open"
    })
    void v2Row8_withoutATokenOnlyTheOwnMachineMayCall(
            boolean allowOpen, boolean loopback, boolean forwarded, String expected) {
        ClientTokens tokens = ClientTokens.of(Optional.empty(), allowOpen);

        for (Optional<String> token : java.util.List.of(Optional.<String>empty(), Optional.of("whatever"))) {
            assertThat(tokens.admit(new ClientTokens.Visitor(token, loopback, forwarded))
                            .orElse("nobody"))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"a-token-of-16-ch, env", "a-token-of-16-cH, nobody", "a-token-of-16-c, nobody", "'', nobody", ", nobody"
    })
    void onceATokenExistsNothingElseOpens(String given, String expected) {
        ClientTokens tokens = ClientTokens.of(Optional.of(TOKEN), true);

        assertThat(tokens.admit(new ClientTokens.Visitor(Optional.ofNullable(given), true, false))
                        .orElse("nobody"))
                .isEqualTo(expected);
    }

    @Test
    void aTokenOfFifteenCharactersIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> ClientTokens.of(Optional.of("fifteen-chars-x"), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SIDECAR_CLIENT_TOKEN")
                .hasMessageContaining("15")
                .hasMessageNotContaining("fifteen");
    }

    @Test
    void theAdviceSaysWhatToDo() {
        assertThat(ClientTokens.of(Optional.empty(), false).advice()).contains("SIDECAR_CLIENT_TOKEN");
        assertThat(ClientTokens.of(Optional.of(TOKEN), false).advice())
                .contains("Bearer")
                .doesNotContain(TOKEN);
    }
}
