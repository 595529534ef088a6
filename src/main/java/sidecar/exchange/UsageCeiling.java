package sidecar.exchange;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import sidecar.client.ClientLimiter;
import sidecar.protocol.request.RequestHead;
import sidecar.provider.ModelMapping;
import sidecar.provider.Price;
import sidecar.provider.ProviderCatalog;

/** What a request may use at the most, as far as can be told before it is served: four bytes are a token. */
record UsageCeiling(ClientRequest request, ExchangeSettings settings, ProviderCatalog catalog) {

    private static final int BYTES_A_TOKEN = 4;

    /** LLM tokens and USD, whichever of these canonical models serves it at whichever provider's price. */
    ClientLimiter.MaxUsage of(List<String> models) {
        long prompt = prompt();
        long tokens = 0;
        BigDecimal cost = BigDecimal.ZERO;
        for (String model : models) {
            long output = output(model);
            tokens = Math.max(tokens, prompt + output);
            cost = cost.max(highest(model, UsageCeiling::input)
                    .multiply(BigDecimal.valueOf(prompt))
                    .add(highest(model, Price::output).multiply(BigDecimal.valueOf(output))));
        }
        return new ClientLimiter.MaxUsage(tokens, cost);
    }

    /** LLM tokens of prompt and answer for one model. */
    long tokens(String model) {
        return prompt() + output(model);
    }

    private long prompt() {
        return (request.body().length() + BYTES_A_TOKEN - 1L) / BYTES_A_TOKEN;
    }

    private long output(String model) {
        long max = catalog.serving(model).stream()
                .flatMap(provider -> provider.mapping(model).stream())
                .mapToLong(ModelMapping::maxTokens)
                .max()
                .orElse(Long.MAX_VALUE);
        RequestHead.Size size = request.head().size();
        return Math.min(size.output().orElse(settings.reserveOutput()), max) * size.choices();
    }

    private BigDecimal highest(String model, Function<Price, BigDecimal> part) {
        return catalog.serving(model).stream()
                .flatMap(provider -> provider.mapping(model).stream())
                .map(mapping -> part.apply(mapping.cost()))
                .max(BigDecimal::compareTo)
                .orElse(BigDecimal.ZERO);
    }

    /** What goes into a cache, or comes from one, may cost more than what does not. */
    private static BigDecimal input(Price price) {
        return price.input().max(price.cacheWrite()).max(price.cacheRead());
    }
}
