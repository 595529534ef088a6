package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import sidecar.ledger.Usage;

/** Reads Anthropic's {@code usage}, in which what went through a cache is counted beside the input. Pure functions. */
final class MessagesUsage {

    private static final List<String> COUNTS =
            List.of("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens");

    /** Beyond any belief, and far from an overflow of sums. */
    private static final long LARGEST_COUNT = 1L << 53;

    private MessagesUsage() {}

    /** In OpenAI's sense; empty when it tells no count. A report may leave out what an earlier one told. */
    static Optional<Usage> read(JsonNode usage) {
        if (COUNTS.stream().noneMatch(name -> usage.path(name).isNumber())) {
            return Optional.empty();
        }
        long cached = count(usage, "cache_read_input_tokens");
        long written = count(usage, "cache_creation_input_tokens");
        return Optional.of(new Usage(
                count(usage, "input_tokens") + cached + written,
                count(usage, "output_tokens"),
                cached,
                written,
                count(usage.path("output_tokens_details"), "reasoning_tokens")));
    }

    private static long count(JsonNode usage, String name) {
        return Math.min(LARGEST_COUNT, Math.max(0, usage.path(name).asLong(0)));
    }
}
