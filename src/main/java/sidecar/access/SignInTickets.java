package sidecar.access;

import com.github.benmanes.caffeine.cache.Cache;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.time.ExpiringCache;
import sidecar.time.Ticker;

/**
 * Writes sign-ins as the text of a cookie, and believes only what was written so. The text reads {@code v1.<role>.<id>.<signed in>.<renewed>.<code>},
 * times in seconds since 1970; the code authenticates all of it together with the token that the role has, so that another token makes all cookies
 * void. Sign-outs are remembered here and nowhere else. Thread-safe; never blocks.
 */
public final class SignInTickets {

    /** After so long without use a sign-in is over: a console stays open through a working day. */
    public static final Duration IDLE = Duration.ofHours(12);

    /** No sign-in is believed for longer, however much it is used: somebody may have a copy of a cookie that was signed out. */
    static final Duration LIFETIME = Duration.ofDays(7);

    /** By so much the clock of whoever wrote a cookie may be ahead. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    private static final Duration RENEWAL = IDLE.dividedBy(10);
    private static final int MAX_SIGNED_OUT = 10_000;
    private static final Pattern TEXT =
            Pattern.compile("(v1\\.([a-z]{1,16})\\.([0-9a-f-]{36})\\.(\\d{1,11})\\.(\\d{1,11}))\\.([0-9a-f]{64})");

    private final Function<String, List<String>> codes;
    private final Function<String, Optional<String>> tokens;
    private final InstantSource clock;
    private final Cache<String, Boolean> signedOut;

    /**
     * @param codes authentication codes of a text in 64 hex digits: that of the current key first, then those of keys which are still valid
     * @param tokens what tells the token of a role from another; empty when that role has none
     */
    public SignInTickets(
            Function<String, List<String>> codes,
            Function<String, Optional<String>> tokens,
            InstantSource clock,
            Ticker ticker) {
        this.codes = codes;
        this.tokens = tokens;
        this.clock = clock;
        this.signedOut = ExpiringCache.create(MAX_SIGNED_OUT, LIFETIME.plus(CLOCK_DIFFERENCE), ticker);
    }

    /** Somebody showed the token of that role. */
    public SignInTicket issue(String role) {
        Instant now = now();
        return new SignInTicket(role, UUID.randomUUID().toString(), now, now);
    }

    /** The same sign-in, used now. */
    public SignInTicket renew(SignInTicket ticket) {
        Instant now = now();
        Instant signedInAt = ticket.signedInAt().isBefore(now) ? ticket.signedInAt() : now; // a clock may be set back
        return new SignInTicket(ticket.role(), ticket.id(), signedInAt, now);
    }

    /** Whether its cookie is to be written anew: not at every use. */
    public boolean isRenewalDue(SignInTicket ticket) {
        return Duration.between(ticket.renewedAt(), clock.instant()).abs().compareTo(RENEWAL) >= 0;
    }

    /**
     * The cookie's text.
     *
     * @throws IllegalArgumentException when its role has no token
     */
    public String write(SignInTicket ticket) {
        String content = String.join(
                ".",
                "v1",
                ticket.role(),
                ticket.id(),
                Long.toString(ticket.signedInAt().getEpochSecond()),
                Long.toString(ticket.renewedAt().getEpochSecond()));
        String token = tokens.apply(ticket.role())
                .orElseThrow(() -> new IllegalArgumentException("nobody has the role " + ticket.role()));
        return content + "." + codes.apply(content + "." + token).get(0);
    }

    /** The sign-in behind a cookie's text; empty when it is not to be believed, or over. */
    public Optional<SignInTicket> read(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || !isAuthentic(parts.group(1), parts.group(2), parts.group(6))) {
            return Optional.empty();
        }
        return Optional.of(new SignInTicket(
                        parts.group(2), parts.group(3), seconds(parts.group(4)), seconds(parts.group(5))))
                .filter(ticket -> isInTime(ticket) && !isOver(ticket));
    }

    private boolean isAuthentic(String content, String role, String code) {
        byte[] shown = code.getBytes(StandardCharsets.US_ASCII);
        return tokens.apply(role).map(token -> codes.apply(content + "." + token)).stream()
                .flatMap(List::stream)
                .anyMatch(valid -> MessageDigest.isEqual(valid.getBytes(StandardCharsets.US_ASCII), shown));
    }

    private boolean isInTime(SignInTicket ticket) {
        Instant now = clock.instant();
        Instant latest = now.plus(CLOCK_DIFFERENCE);
        return !ticket.signedInAt().isAfter(latest)
                && !ticket.renewedAt().isAfter(latest)
                && now.isBefore(ticket.renewedAt().plus(IDLE));
    }

    /** Believes none of its cookies any more. */
    public void signOut(SignInTicket ticket) {
        signedOut.put(ticket.id(), true);
    }

    /** Whether a session of it may not go on either: who had signed in has ended it here, or its time is over. */
    public boolean isOver(SignInTicket ticket) {
        return signedOut.getIfPresent(ticket.id()) != null
                || !clock.instant().isBefore(ticket.signedInAt().plus(LIFETIME));
    }

    private static Instant seconds(String text) {
        return Instant.ofEpochSecond(Long.parseLong(text));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
