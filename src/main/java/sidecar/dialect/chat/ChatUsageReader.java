package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import sidecar.ledger.Usage;

/** Reads usage out of a chat answer, wherever providers put it. What is no number, or negative, was not said. Pure functions. */
final class ChatUsageReader {

    private static final List<String> PROMPT = List.of("prompt_tokens", "input_tokens");
    private static final List<String> COMPLETION = List.of("completion_tokens", "output_tokens");
    private static final List<String> TOTAL = List.of("total_tokens");
    private static final List<String> DETAILS = List.of(
            "prompt_tokens_details", "input_tokens_details", "completion_tokens_details", "output_tokens_details");
    private static final List<String> CACHED =
            List.of("cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens");
    private static final List<String> CACHE_WRITTEN =
            List.of("cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens");
    private static final List<String> REASONING = List.of("reasoning_tokens");

    /** More than any answer has; so small that no sum of some overflows. */
    private static final double LARGEST_COUNT = 1e12;

    private ChatUsageReader() {}

    /**
     * What a chunk or a body says: at its top, in its choice (Moonshot), or among {@code x_groq}.
     *
     * @return empty where it says nothing, or zeros only, as some do in every chunk
     */
    static Optional<Usage> read(ObjectNode event, JsonNode choice) {
        Usage usage = atLeast(Usage.NOTHING, event.path("usage"));
        usage = atLeast(usage, choice.path("usage"));
        usage = atLeast(usage, event.path("x_groq").path("usage"));
        return usage.total() > 0 ? Optional.of(usage) : Optional.empty();
    }

    private static Usage atLeast(Usage usage, JsonNode node) {
        // nearly every chunk of a stream has none
        if (!node.isObject()) {
            return usage;
        }
        OptionalLong prompt = count(node, PROMPT);
        OptionalLong completion = count(node, COMPLETION);
        long total = count(node, TOTAL).orElse(0);
        return usage.atLeast(new Usage(
                prompt.orElse(Math.max(0, total - completion.orElse(0))),
                completion.orElse(prompt.isPresent() ? Math.max(0, total - prompt.getAsLong()) : 0),
                part(node, CACHED),
                part(node, CACHE_WRITTEN),
                part(node, REASONING)));
    }

    private static long part(JsonNode usage, List<String> names) {
        return Stream.concat(Stream.of(usage), DETAILS.stream().map(usage::path))
                .mapToLong(place -> count(place, names).orElse(0))
                .max()
                .orElse(0);
    }

    /** The largest of them. */
    private static OptionalLong count(JsonNode object, List<String> names) {
        return names.stream()
                .map(object::path)
                .filter(node -> node.isNumber() && node.doubleValue() >= 0)
                .mapToLong(node -> (long) Math.min(LARGEST_COUNT, node.doubleValue()))
                .max();
    }
}
