package sidecar.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.time.FakeTime;
import sidecar.vault.KeyVault;

class SignInTicketsTest {

    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String OTHER_KEY = "fedcba9876543210".repeat(4);
    private static final Duration IDLE = SignInTickets.IDLE;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeTime time = new FakeTime();
    private final KeyVault vault = new KeyVault(KEY, Optional.empty());
    private final Map<String, String> tokens = new HashMap<>(Map.of("admin", "a1", "viewer", "b2"));
    private final SignInTickets tickets = node(vault, time);
    private final SignInTicket ticket = tickets.issue("admin");
    private final String text = tickets.write(ticket);

    private SignInTickets node(KeyVault keys, InstantSource clock) {
        return new SignInTickets(keys::signInCodes, role -> Optional.ofNullable(tokens.get(role)), clock, time);
    }

    private SignInTickets behind(Duration difference) {
        return node(vault, () -> time.instant().minus(difference));
    }

    @Test
    void anotherNodeWithTheSameKeyAndTokenKnowsIt() {
        SignInTickets other = node(new KeyVault(KEY, Optional.empty()), time);

        assertThat(other.read(text)).contains(ticket);
        assertThat(other.read(tickets.write(tickets.issue("viewer"))).map(SignInTicket::role))
                .contains("viewer");
    }

    @Test
    void noSignInIsLikeAnother() {
        assertThat(tickets.issue("admin").id()).isNotEqualTo(ticket.id());
    }

    @Test
    void noCharacterOfItCanBeAnother() {
        for (int i = 0; i < text.length(); i++) {
            for (char other : "0a.-Z".toCharArray()) {
                String changed = text.substring(0, i) + other + text.substring(i + 1);
                if (!changed.equals(text)) {
                    assertThat(tickets.read(changed)).as(changed).isEmpty();
                }
            }
            assertThat(tickets.read(text.substring(0, i))).isEmpty();
        }
        assertThat(tickets.read(text + "0")).isEmpty();
    }

    @Test
    void aViewersCookieMakesNoAdmin() {
        String viewers = tickets.write(tickets.issue("viewer"));

        assertThat(tickets.read(viewers.replace("viewer", "admin"))).isEmpty();
    }

    @Test
    void partsOfTwoCookiesMakeNoThird() {
        time.advance(SECOND);
        String[] one = text.split("\\.", -1);
        String[] other = tickets.write(tickets.renew(ticket)).split("\\.", -1);

        for (int part = 0; part < one.length; part++) {
            String[] mixed = one.clone();
            mixed[part] = other[part];
            String mixture = String.join(".", mixed);
            if (!mixture.equals(text)) {
                assertThat(tickets.read(mixture)).as(mixture).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "v1",
                "v1.....",
                "v1.admin.00000000-0000-0000-0000-000000000000.0.0.",
                "v2.admin.00000000-0000-0000-0000-000000000000.0.0."
                        + "0000000000000000000000000000000000000000000000000000000000000000",
                "v1.nobody.00000000-0000-0000-0000-000000000000.0.99999999999."
                        + "0000000000000000000000000000000000000000000000000000000000000000",
                "v1.admin.00000000-0000-0000-0000-000000000000.0.999999999999999999999999."
                        + "0000000000000000000000000000000000000000000000000000000000000000"
            })
    void rubbishIsNobody(String rubbish) {
        assertThat(tickets.read(rubbish)).isEmpty();
    }

    @Test
    void itEndsAfterTwelveHoursWithoutUse() {
        time.advance(IDLE.minus(SECOND));
        assertThat(tickets.read(text)).isPresent();

        time.advance(SECOND);
        assertThat(tickets.read(text)).isEmpty();
    }

    @Test
    void useKeepsItForSevenDaysAndNoLonger() {
        SignInTicket used = ticket;
        for (Duration left = SignInTickets.LIFETIME.minus(SECOND); !left.isZero(); ) {
            Duration step = left.compareTo(IDLE) < 0 ? left : IDLE.minus(SECOND);
            time.advance(step);
            left = left.minus(step);
            assertThat(tickets.read(tickets.write(used))).contains(used);
            used = tickets.renew(used);
        }
        assertThat(tickets.read(tickets.write(used))).contains(used);
        assertThat(tickets.isOver(used)).isFalse();

        time.advance(SECOND);

        assertThat(tickets.isOver(used)).as("its sessions too").isTrue();
        assertThat(tickets.read(tickets.write(used))).isEmpty();
        assertThat(tickets.read(tickets.write(tickets.renew(used)))).isEmpty();
    }

    @Test
    void itIsRenewedAfterATenthOfItsTime() {
        time.advance(IDLE.dividedBy(10).minus(SECOND));
        assertThat(tickets.isRenewalDue(ticket)).isFalse();

        time.advance(SECOND);
        assertThat(tickets.isRenewalDue(ticket)).isTrue();
        assertThat(tickets.isRenewalDue(tickets.renew(ticket))).isFalse();
    }

    @Test
    void anotherKeyKnowsNobody() {
        assertThat(node(new KeyVault(OTHER_KEY, Optional.empty()), time).read(text))
                .isEmpty();
    }

    @Test
    void thePreviousKeyIsStillReadAndTheCurrentOneWritten() {
        SignInTickets next = node(new KeyVault(OTHER_KEY, Optional.of(KEY)), time);

        assertThat(next.read(text)).contains(ticket);
        assertThat(tickets.read(next.write(ticket))).isEmpty();
    }

    @Test
    void aKeyThatChangesMeanwhileKeepsEverybodyIn() {
        vault.sealWith(OTHER_KEY);

        assertThat(tickets.read(text)).contains(ticket);
        assertThat(node(new KeyVault(OTHER_KEY, Optional.empty()), time).read(tickets.write(ticket)))
                .contains(ticket);
    }

    @Test
    void anotherTokenMakesCookiesVoid() {
        String viewers = tickets.write(tickets.issue("viewer"));
        tokens.put("admin", "a2");

        assertThat(tickets.read(text)).isEmpty();
        assertThat(tickets.read(viewers)).as("whose token is the same").isPresent();

        tokens.remove("viewer");
        assertThat(tickets.read(viewers)).isEmpty();
        assertThatThrownBy(() -> tickets.write(tickets.issue("viewer"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void clocksMayDifferALittle() {
        assertThat(behind(Duration.ofMinutes(5)).read(text)).contains(ticket);
        assertThat(behind(Duration.ofMinutes(5).plus(SECOND)).read(text)).isEmpty();
    }

    @Test
    void aClockThatIsSetBackGivesNobodyMoreTime() {
        SignInTickets back = behind(Duration.ofDays(30));

        assertThat(back.read(text)).isEmpty();
        assertThat(back.isRenewalDue(ticket)).isTrue();
        SignInTicket used = back.renew(ticket);
        assertThat(back.read(back.write(used))).contains(used);
        assertThat(used.signedInAt()).isEqualTo(used.renewedAt());
    }

    @Test
    void whatWasSignedOutIsNotBelievedWhereThatHappened() {
        tickets.signOut(ticket);

        assertThat(tickets.read(text)).isEmpty();
        assertThat(tickets.isOver(ticket)).isTrue();
        assertThat(tickets.isOver(tickets.issue("admin"))).isFalse();
        time.advance(IDLE);
        assertThat(tickets.isOver(ticket)).isTrue();
        assertThat(node(vault, time).isOver(ticket)).as("elsewhere").isFalse();
    }
}
