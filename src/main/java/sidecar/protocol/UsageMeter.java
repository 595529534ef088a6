package sidecar.protocol;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sidecar.ledger.Bill.Certainty;
import sidecar.ledger.MeteredUsage;
import sidecar.ledger.Usage;

/**
 * Meters an answer while it passes: the usage that the upstream reports, and how much it says, from which usage is
 * reckoned where none is reported. Not thread-safe.
 */
public final class UsageMeter {

    /** Bytes or characters to an LLM token, roughly, over all models and languages. */
    private static final int PER_TOKEN = 4;

    /** How an exchange's usage is known. */
    public enum Metering {
        /** Reckoned where it is not reported, or what is reported cannot be. */
        RECKONED,
        /** Only where it is reported. */
        TOLD,
        /** There is none. */
        NONE
    }

    private final ApiPath.PathKind kind;
    private final Metering metering;
    private final long asked;
    private final long max;
    private @Nullable Usage reported;
    private boolean absurd;
    private long said;

    /**
     * @param asked the length of what was asked, in bytes
     * @param max LLM tokens of a prompt, and of a completion, that are still believed; see {@link #max}
     */
    public UsageMeter(ApiPath.PathKind kind, Metering metering, long asked, long max) {
        this.kind = kind;
        this.metering = metering;
        this.asked = asked;
        this.max = max;
    }

    /** More LLM tokens than any tokenizer makes of a request of so many bytes, or any model of its context window. */
    public static long max(long requestBytes, long contextWindow) {
        return PER_TOKEN * (requestBytes + contextWindow);
    }

    /** A piece of the answer, or all of it. */
    public void read(ResponseJson piece) {
        said += piece.characters;
        Usage now = piece.usage;
        if (now != null && (now.prompt() > max || now.completion() > max)) {
            absurd = true;
        } else if (now != null) {
            // Messages tells the prompt at the start and the completion at the end; others tell more and more
            reported = reported == null ? now : reported.atLeast(now);
        }
    }

    /** Bytes of the answer that pass without being understood. */
    public void unread(long bytes) {
        said += bytes;
    }

    /**
     * What was used so far.
     *
     * @param whole whether the answer is complete
     * @return empty when nothing was reported, and nothing is to be reckoned; what is reported beyond belief is reckoned
     */
    public Optional<MeteredUsage> metered(boolean whole) {
        Usage told = reported;
        if (metering == Metering.NONE) {
            return Optional.empty();
        }
        if (told != null && !absurd && (whole || metering == Metering.TOLD)) {
            return Optional.of(new MeteredUsage(told.consistent(), whole ? Certainty.REPORTED : Certainty.PARTIAL));
        }
        return metering == Metering.RECKONED || absurd
                ? Optional.of(new MeteredUsage(reckoned(), whole ? Certainty.ESTIMATED : Certainty.PARTIAL))
                : Optional.empty();
    }

    /** At least what was reported; a prompt that was reported is not guessed at. */
    private Usage reckoned() {
        Usage told = reported == null ? Usage.NOTHING : reported;
        long prompt = told.prompt() > 0 ? 0 : tokens(asked);
        return told.atLeast(new Usage(prompt, kind.protocol().answersInWords() ? tokens(said) : 0, 0, 0, 0))
                .consistent();
    }

    private static long tokens(long length) {
        return (length + PER_TOKEN - 1) / PER_TOKEN;
    }
}
