package sidecar.bench;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The upstream's own books, which the gateway's are held against. Callable from any thread. */
final class Books {

    private static final Served NOTHING = new Served(List.of(), 0, Tokens.NONE, BigDecimal.ZERO);

    private final Map<String, Served> exchanges = new HashMap<>();

    /** Writes down one wire request. Returns the status it is to be answered with. */
    synchronized int attempt(Provider provider, String model, Question question) {
        Served before = exchanges.getOrDefault(question.id(), NOTHING);
        int status = status(provider, question.fate(), before.tries().isEmpty());
        Tokens tokens = status == 200 ? question.tokens() : Tokens.NONE;
        Place place = new Place(provider.name(), provider.pool(), model);
        BigDecimal cost = provider.prices().get(model).of(tokens);
        exchanges.put(question.id(), before.then(new Served.Try(place, status >= 500), status, tokens, cost));
        return status;
    }

    private static int status(Provider provider, Question.Fate fate, boolean first) {
        return switch (fate) {
            case FAILS_ONCE -> first ? 500 : 200;
            case FAILS_ON_PRIMARIES -> provider.primary() ? 500 : 200;
            default -> fate.status();
        };
    }

    /** What was done for each exchange, by its id. */
    synchronized Map<String, Served> exchanges() {
        return Map.copyOf(exchanges);
    }
}
