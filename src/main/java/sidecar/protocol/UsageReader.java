package sidecar.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sidecar.body.JsonBytes;
import sidecar.ledger.Usage;

/** Reads a {@code usage} object of any protocol. What is no number in it was not said. Not thread-safe. */
final class UsageReader {

    private static final Set<String> DETAILS = Set.of(
            "prompt_tokens_details",
            "input_tokens_details",
            "input_token_details",
            "completion_tokens_details",
            "output_tokens_details",
            "output_token_details");

    private static final Set<String> WHOLES =
            Set.of("prompt_tokens", "input_tokens", "completion_tokens", "output_tokens", "total_tokens");

    private static final long UNSAID = -1;

    private long prompt = UNSAID;
    private long input = UNSAID;
    private long completion = UNSAID;
    private long total = UNSAID;
    private long cached;
    private long cacheWritten;
    private long reasoning;
    // Messages counts these beside its input, everybody else inside
    private long readBeside;
    private long writtenBeside;

    private UsageReader() {}

    /**
     * Reads the object that begins at the current token, to its end.
     *
     * @return null when it tells no count
     */
    static @Nullable Usage read(JsonParser parser) throws IOException {
        UsageReader reader = new UsageReader();
        reader.fields(parser);
        return reader.usage();
    }

    private void fields(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT && DETAILS.contains(name)) {
                fields(parser);
            } else if (value.isNumeric()) {
                count(name, parser.getDoubleValue() < 0 ? negative(name) : JsonBytes.count(parser));
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Fewer than none: nobody believes the whole; of a part it says nothing. */
    private static long negative(String name) {
        return WHOLES.contains(name) ? JsonBytes.LARGEST_COUNT : 0;
    }

    private void count(String name, long tokens) {
        switch (name) {
            case "prompt_tokens" -> prompt = tokens;
            case "input_tokens" -> input = tokens;
            case "completion_tokens", "output_tokens" -> completion = tokens;
            case "total_tokens" -> total = tokens;
            case "cached_tokens", "prompt_cache_hit_tokens" -> cached = Math.max(cached, tokens);
            case "cache_write_tokens", "cache_creation_tokens" -> cacheWritten = Math.max(cacheWritten, tokens);
            case "reasoning_tokens" -> reasoning = Math.max(reasoning, tokens);
            case "cache_read_input_tokens" -> readBeside = tokens;
            case "cache_creation_input_tokens" -> writtenBeside = tokens;
            default -> {}
        }
    }

    private @Nullable Usage usage() {
        if (prompt < 0 && input < 0 && completion < 0 && total < 0) {
            return null;
        }
        long asked = prompt < 0 && input >= 0 ? input + readBeside + writtenBeside : prompt;
        // some tell only the sum, such as rerankers
        long in = asked >= 0 ? asked : Math.max(0, total - Math.max(0, completion));
        long out = completion >= 0 ? completion : Math.max(0, total - in);
        return new Usage(in, out, Math.max(cached, readBeside), Math.max(cacheWritten, writtenBeside), reasoning);
    }
}
