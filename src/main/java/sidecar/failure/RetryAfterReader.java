package sidecar.failure;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/**
 * Reads how long an upstream asks to be left alone: in headers, in members of an error's body, or, where there is neither, in
 * its sentences. Pure functions.
 */
public final class RetryAfterReader {

    /** Longer delays are cut to this. */
    public static final Duration LONGEST = Duration.ofHours(6);

    /**
     * Headers that tell when a limit is free again, and what is left of it. With OpenAI, Groq, Cerebras (the longer ones);
     * Anthropic; OpenRouter, GitHub and others; the IETF's draft before it had a structured field.
     */
    private static final List<Dimension> DIMENSIONS = Stream.of(
                    Stream.of("requests", "tokens", "input-tokens", "output-tokens")
                            .flatMap(what ->
                                    Stream.of("", "-minute", "-hour", "-day").map(per -> what + per))
                            .map(what -> new Dimension("x-ratelimit-reset-" + what, "x-ratelimit-remaining-" + what)),
                    Stream.of("requests", "tokens", "input-tokens", "output-tokens")
                            .map(what -> "anthropic-ratelimit-" + what)
                            .map(what -> new Dimension(what + "-reset", what + "-remaining")),
                    Stream.of("x-ratelimit", "ratelimit")
                            .map(what -> new Dimension(what + "-reset", what + "-remaining")))
            .flatMap(dimensions -> dimensions)
            .toList();

    /** The IETF's draft, such as {@code "default";r=0;t=30}, of which there may be several. */
    private static final Pattern POLICY_REMAINING = Pattern.compile(";\\s*r=(\\d{1,18})");

    private static final Pattern POLICY_DELAY = Pattern.compile(";\\s*t=(\\d{1,18})");

    /** Where the members stand in which an error says it, in seconds unless the name says otherwise. */
    private static final List<String> MEMBERS =
            List.of("retry_after", "retryAfter", "retry_after_seconds", "retryDelay");

    private static final String MILLIS_MEMBER = "retry_after_ms";

    private record Dimension(String reset, String remaining) {}

    private RetryAfterReader() {}

    /**
     * The longest of what headers and members ask for; what sentences ask for counts only where those say nothing.
     *
     * @param header the first value of a header by its name
     * @param body the beginning of the answer's body
     * @param now the wall clock, for dates
     * @return at most {@link #LONGEST}; empty when nothing readable was asked
     */
    public static Optional<Duration> read(Function<String, Optional<String>> header, String body, Instant now) {
        List<Duration> asked = new ArrayList<>();
        Optional<Duration> own = header.apply("retry-after-ms")
                .flatMap(DelayParser::millis)
                .or(() -> header.apply("Retry-After").flatMap(value -> DelayParser.value(value, now)));
        own.ifPresentOrElse(asked::add, () -> asked.addAll(spent(header, now)));
        asked.addAll(members(body, now));
        return asked.stream().max(Duration::compareTo).or(() -> DelayParser.sentence(ErrorText.of(body), now));
    }

    /** When each limit is free again of which nothing is left. */
    private static List<Duration> spent(Function<String, Optional<String>> header, Instant now) {
        List<Duration> delays = new ArrayList<>();
        for (Dimension dimension : DIMENSIONS) {
            Optional<String> reset = header.apply(dimension.reset());
            if (reset.isPresent()
                    && !header.apply(dimension.remaining())
                            .filter(RetryAfterReader::positive)
                            .isPresent()) {
                reset.flatMap(value -> DelayParser.value(value, now)).ifPresent(delays::add);
            }
        }
        header.apply("RateLimit").ifPresent(policies -> {
            for (String policy : policies.split(",", 50)) {
                Matcher delay = POLICY_DELAY.matcher(policy);
                Matcher remaining = POLICY_REMAINING.matcher(policy);
                if (delay.find() && remaining.find() && !positive(remaining.group(1))) {
                    DelayParser.value(delay.group(1), now).ifPresent(delays::add);
                }
            }
        });
        return delays;
    }

    private static boolean positive(String number) {
        try {
            return Double.parseDouble(number.strip()) > 0;
        } catch (NumberFormatException unreadable) {
            return false;
        }
    }

    private static List<Duration> members(String body, Instant now) {
        String text = body.strip();
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return List.of();
        }
        try {
            JsonNode top = Json.read(text);
            JsonNode answer = top.isArray() ? top.path(0) : top; // Gemini's way for streams
            JsonNode error = answer.path("error");
            List<Duration> delays = new ArrayList<>();
            for (JsonNode holder : holders(answer, error)) {
                MEMBERS.forEach(name -> value(holder.path(name), now).ifPresent(delays::add));
                holder.path(MILLIS_MEMBER)
                        .asText("")
                        .lines()
                        .findFirst()
                        .flatMap(DelayParser::millis)
                        .ifPresent(delays::add);
            }
            // OpenRouter repeats the headers of those behind it
            JsonNode headers = error.path("metadata").path("headers");
            delays.addAll(spent(name -> text(headers, name), now));
            return delays;
        } catch (MalformedJsonException noJson) {
            return List.of();
        }
    }

    private static List<JsonNode> holders(JsonNode answer, JsonNode error) {
        List<JsonNode> holders = new ArrayList<>(List.of(answer, error, error.path("metadata"), answer.path("detail")));
        error.path("details").forEach(holders::add); // google.rpc.RetryInfo is one of them
        return holders;
    }

    private static Optional<Duration> value(JsonNode value, Instant now) {
        return value.isTextual() || value.isNumber() ? DelayParser.value(value.asText(), now) : Optional.empty();
    }

    private static Optional<String> text(JsonNode headers, String name) {
        for (var member : headers.properties()) {
            if (member.getKey().equalsIgnoreCase(name) && member.getValue().isValueNode()) {
                return Optional.of(member.getValue().asText());
            }
        }
        return Optional.empty();
    }
}
