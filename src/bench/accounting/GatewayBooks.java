package sidecar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.kit.Json;

/** The books of the gateway, as its operator reads them. */
final class GatewayBooks {

    private static final int PAGE = 1_000;

    private final Gateway gateway;

    GatewayBooks(Gateway gateway) {
        this.gateway = gateway;
    }

    /** The hourly rows, by provider and model. */
    Map<String, Sums> hourly() {
        return sums(hours(), row -> text(row, "backend_name") + " " + text(row, "model"), GatewayBooks::hour);
    }

    private JsonNode hours() {
        return list("/stats/hourly");
    }

    private static Sums hour(JsonNode row) {
        return new Sums(
                number(row, "request_count"),
                number(row, "attempt_count"),
                number(row, "error_count"),
                tokens(row),
                decimal(row, "cost"));
    }

    /** Exchanges in hourly rows whose usage nobody reported. */
    long guessed() {
        return hours().valueStream()
                .mapToLong(row -> number(row, "estimated_count"))
                .sum();
    }

    /** The daily rows, by pool. */
    Map<String, Sums> daily() {
        return sums(list("/stats/daily"), row -> text(row, "pool"), GatewayBooks::total);
    }

    /** What {@code /stats/total} says. */
    Sums total() {
        return total(Json.read(gateway.admin("GET", "/stats/total", "")));
    }

    private static Sums total(JsonNode row) {
        return new Sums(
                number(row, "total_requests"),
                number(row, "total_attempts"),
                number(row, "total_errors"),
                new Tokens(number(row, "total_prompt_tokens"), 0, number(row, "total_completion_tokens"), 0),
                decimal(row, "total_cost"));
    }

    /** The request log, page by page, the newest first. */
    List<Entry> log() {
        List<Entry> all = new ArrayList<>();
        String before = "";
        do {
            JsonNode page = Json.read(gateway.admin("GET", "/requests?limit=" + PAGE + before, ""));
            page.path("items").forEach(row -> all.add(entry(row)));
            JsonNode next = page.path("next");
            before = next.isNumber() || next.isTextual() ? "&before=" + next.asText() : "";
        } while (!before.isEmpty());
        return all;
    }

    /** A row of the request log. */
    record Entry(String requestId, Served.Line line) {}

    private static Entry entry(JsonNode row) {
        Place place = new Place(text(row, "provider"), text(row, "pool"), text(row, "model"));
        int attempts = (int) number(row, "attempts");
        int status = (int) number(row, "status");
        return new Entry(
                text(row, "request_id"), new Served.Line(place, attempts, status, tokens(row), decimal(row, "cost")));
    }

    /** The value of a metric without labels; NaN when there is none. */
    double metric(String name) {
        return gateway.metrics()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private JsonNode list(String path) {
        return Json.read(gateway.admin("GET", path, ""));
    }

    private static Map<String, Sums> sums(
            JsonNode rows, Function<JsonNode, String> key, Function<JsonNode, Sums> value) {
        return rows.valueStream().collect(Collectors.toMap(key, value, Sums::plus, TreeMap::new));
    }

    private static Tokens tokens(JsonNode row) {
        return new Tokens(
                number(row, "prompt_tokens"),
                number(row, "cached_tokens"),
                number(row, "completion_tokens"),
                number(row, "reasoning_tokens"));
    }

    private static String text(JsonNode row, String name) {
        return row.path(name).asText();
    }

    private static long number(JsonNode row, String name) {
        return decimal(row, name).longValueExact();
    }

    private static BigDecimal decimal(JsonNode row, String name) {
        if (row.path(name).isNumber()) {
            return row.path(name).decimalValue();
        }
        throw new IllegalStateException("there is no number " + name + " in " + row);
    }
}
