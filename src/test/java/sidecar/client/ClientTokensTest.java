package sidecar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.address.AddressRange;

class ClientTokensTest {

    private static final Instant NOW = Instant.parse("2026-06-30T12:00:00Z");
    private static final ClientToken ANN = Clients.named("ann");
    private static final ClientToken BOB = Clients.named("bob");
    private static final ClientToken OLD = Clients.altered(Clients.named("old"), false, List.of(), Optional.empty());
    private static final AnonymousAccess OPEN = new AnonymousAccess(false, true, true, false);
    private static final AnonymousAccess REMOTE = new AnonymousAccess(false, false, true, false);

    @ParameterizedTest
    @CsvSource({
        "false, true, true, false, open",
        "false, false, true, false, UNKNOWN",
        "false, true, false, false, FOREIGN_HOST",
        "false, true, true, true, FOREIGN_ORIGIN",
        "false, true, false, true, FOREIGN_HOST",
        "false, false, false, true, UNKNOWN",
        "true, false, true, false, open",
        "true, true, true, false, open",
        "true, false, false, false, FOREIGN_HOST",
        "true, false, true, true, FOREIGN_ORIGIN"
    })
    void withoutATokenOnlyProgramsOfTheOwnMachineMayCall(
            boolean allowOpen, boolean local, boolean ownHost, boolean foreignOrigin, String expected) {
        AnonymousAccess open = new AnonymousAccess(allowOpen, local, ownHost, foreignOrigin);

        for (List<String> tokens : List.of(List.<String>of(), List.of("whatever"))) {
            ClientTokens.AccessDecision decision =
                    ClientTokens.NONE.admit(new ClientTokens.Caller(tokens, Optional.empty()), () -> open, NOW);

            assertThat(
                            decision instanceof ClientTokens.AccessDecision.Denied refused
                                    ? refused.reason().name()
                                    : ((ClientTokens.AccessDecision.Allowed) decision)
                                            .client()
                                            .name())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dummy, token-of-ann, ann",
        "token-of-ann, dummy, ann",
        "token-of-ann, token-of-bob, ann",
        "token-of-old, token-of-ann, ann",
        "dummy, dummy, nobody",
        "token-of-old, dummy, nobody"
    })
    void oneGoodTokenAmongThoseSentIsEnough(String first, String second, String expected) {
        ClientTokens tokens = new ClientTokens(List.of(ANN, BOB, OLD));

        assertThat(who(tokens, new ClientTokens.Caller(List.of(first, second), AddressRange.literal("127.0.0.1"))))
                .isEqualTo(expected);
    }

    @Test
    void withATokenNobodyAsksWhereARequestComesFrom() {
        ClientTokens.AccessDecision decision = new ClientTokens(List.of(ANN))
                .admit(
                        local("token-of-ann"),
                        () -> {
                            throw new AssertionError("asked");
                        },
                        NOW);

        assertThat(decision).isEqualTo(new ClientTokens.AccessDecision.Allowed(ANN));
    }

    @ParameterizedTest
    @CsvSource({"token-of-ann, ann", "token-of-anN, nobody", "token-of-an, nobody", "'', nobody"})
    void onceATokenExistsNothingElseOpens(String given, String expected) {
        assertThat(who(List.of(ANN), given)).isEqualTo(expected);
    }

    @Test
    void aDisabledTokenStillKeepsTheDoorShut() {
        ClientToken disabled = Clients.altered(ANN, false, List.of(), Optional.empty());

        assertThat(who(List.of(disabled), "")).isEqualTo("nobody");
        assertThat(advice(List.of(disabled), "token-of-ann")).contains("disabled");
    }

    @Test
    void aTokenEndsAtItsTime() {
        ClientToken ending = Clients.altered(ANN, true, List.of(), Optional.of(NOW));
        ClientToken running = Clients.altered(ANN, true, List.of(), Optional.of(NOW.plusMillis(1)));

        assertThat(advice(List.of(ending), "token-of-ann")).contains("expired");
        assertThat(who(List.of(running), "token-of-ann")).isEqualTo("ann");
        assertThat(who(List.of(ending), "")).isEqualTo("nobody");
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, ann",
        "::ffff:10.1.2.3, ann",
        "11.1.2.3, nobody",
        "fd00:0:0:7::1, ann",
        "fd01::1, nobody",
        "not-an-address, nobody"
    })
    void aTokenWorksFromItsAddressesOnly(String address, String expected) {
        ClientTokens tokens = new ClientTokens(
                List.of(Clients.altered(ANN, true, List.of("10.0.0.0/8", "fd00::/16"), Optional.empty())));

        assertThat(who(tokens, new ClientTokens.Caller(List.of("token-of-ann"), AddressRange.literal(address))))
                .isEqualTo(expected);
    }

    @Test
    void theAdviceSaysWhatToDo() {
        assertThat(advice(List.of(), "")).contains("SIDECAR_CLIENT_TOKEN", "/api/admin/clients");
        assertThat(advice(List.of(ANN), "something-else"))
                .contains("Bearer")
                .doesNotContain("something-else")
                .doesNotContain("token-of-ann");
    }

    @Test
    void aSecretIsLongAndItsHintGivesNothingAway() {
        String secret = ClientSecret.fresh();

        assertThat(secret).matches("sk-sidecar-[A-Za-z0-9]{40}").isNotEqualTo(ClientSecret.fresh());
        assertThat(ClientSecret.hint(secret)).matches("sk-sidecar-.{4}\\*\\*\\*\\*.{4}");
        assertThat(ClientSecret.hint("a-token-of-16-ch")).isEqualTo("a-****");
    }

    private static String who(List<ClientToken> clients, String token) {
        return who(new ClientTokens(clients), local(token));
    }

    private static String who(ClientTokens tokens, ClientTokens.Caller caller) {
        return tokens.admit(caller, () -> OPEN, NOW) instanceof ClientTokens.AccessDecision.Allowed let
                ? let.client().name()
                : "nobody";
    }

    private static String advice(List<ClientToken> clients, String token) {
        return ((ClientTokens.AccessDecision.Denied) new ClientTokens(clients).admit(local(token), () -> REMOTE, NOW))
                .advice();
    }

    private static ClientTokens.Caller local(String token) {
        return new ClientTokens.Caller(token.isEmpty() ? List.of() : List.of(token), AddressRange.literal("127.0.0.1"));
    }
}
