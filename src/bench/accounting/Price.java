package sidecar.bench;

import java.math.BigDecimal;

/** What one LLM token costs, in USD; a cached one costs as much as any other where {@code cacheRead} is 0. */
record Price(BigDecimal input, BigDecimal output, BigDecimal cacheRead) {

    static Price of(String input, String output, String cacheRead) {
        return new Price(new BigDecimal(input), new BigDecimal(output), new BigDecimal(cacheRead));
    }

    /** What those cost: reckoned here once more, not taken from the gateway. */
    BigDecimal of(Tokens tokens) {
        BigDecimal cached = cacheRead.signum() == 0 ? input : cacheRead;
        return input.multiply(BigDecimal.valueOf(tokens.prompt() - tokens.cached()))
                .add(cached.multiply(BigDecimal.valueOf(tokens.cached())))
                .add(output.multiply(BigDecimal.valueOf(tokens.completion())));
    }

    /** As a mapping tells it. */
    String json() {
        return "{\"input\":" + input.toPlainString() + ",\"output\":" + output.toPlainString() + ",\"cacheRead\":"
                + cacheRead.toPlainString() + "}";
    }
}
