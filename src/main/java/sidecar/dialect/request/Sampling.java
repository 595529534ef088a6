package sidecar.dialect.request;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Bounds and knobs of an answer; empty where the client did not say.
 *
 * @param maxTokens LLM tokens that the answer may have
 * @param stop texts at which it ends
 */
public record Sampling(
        OptionalLong maxTokens,
        Optional<BigDecimal> temperature,
        Optional<BigDecimal> topP,
        OptionalLong topK,
        List<String> stop) {

    public Sampling {
        stop = List.copyOf(stop);
    }
}
