package sidecar.reports.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.json.Decimals;
import sidecar.json.Json;

/** Usage over time as Chart.js takes it; charts.js gives it colours, axes and units. Pure. */
final class UsageCharts {

    private static final int MOST_SERIES = 8;

    private final PeriodFilter filter;

    UsageCharts(PeriodFilter filter) {
        this.filter = filter;
    }

    /**
     * One figure of every group as bars on top of one another: the first eight groups, and the others together.
     *
     * @param series rows by group and step
     * @param key the column that tells groups apart
     * @param names of the groups by that column, the most important first
     * @param others what all further groups together are called
     */
    String stacked(
            Measure measure, List<Map<String, Object>> series, String key, Map<String, String> names, String others) {
        List<String> shown = names.keySet().stream().limit(MOST_SERIES).toList();
        ObjectNode chart = chart("bar", measure.unit());
        shown.forEach(group -> {
            List<Map<String, Object>> own =
                    series.stream().filter(row -> group.equals(row.get(key))).toList();
            add(chart, names.get(group), sums(own, measure.figure()), BigDecimal.ZERO);
        });
        List<Map<String, Object>> rest =
                series.stream().filter(row -> !shown.contains(row.get(key))).toList();
        if (!rest.isEmpty()) {
            add(chart, others, sums(rest, measure.figure()), BigDecimal.ZERO).put("sidecarOther", true);
        }
        return Json.inScript(chart);
    }

    /**
     * A figure and how it is written.
     *
     * @param figure its name in JSON
     * @param unit {@code count}, {@code usd} or {@code ms}
     */
    record Measure(String figure, String unit) {}

    /**
     * LLM tokens: in and out as bars on top of one another; those parts of them that are cached or reasoning as lines.
     *
     * @param labels by the names of the figures in JSON
     */
    String tokens(List<Map<String, Object>> series, Map<String, String> labels) {
        ObjectNode chart = chart("bar", "count");
        labels.forEach((figure, label) -> {
            ObjectNode set = add(chart, label, sums(series, figure), BigDecimal.ZERO);
            boolean part = figure.startsWith("cached") || figure.startsWith("reasoning");
            if (part) {
                set.put("type", "line").put("stack", figure);
            }
        });
        return Json.inScript(chart);
    }

    /**
     * Means in milliseconds, as lines with gaps where nothing was measured.
     *
     * @param labels by the names of the figures in JSON
     */
    String means(List<Map<String, Object>> series, Map<String, String> labels) {
        List<Map<String, Object>> measured = series.stream()
                .filter(row -> decimal(row.get("success_count")).signum() > 0)
                .toList();
        ObjectNode chart = chart("line", "ms");
        labels.forEach((figure, label) -> add(chart, label, sums(measured, figure), null));
        return Json.inScript(chart);
    }

    private ObjectNode chart(String type, String unit) {
        ObjectNode chart = Json.object().put("type", type);
        ObjectNode data = chart.putObject("data");
        ArrayNode labels = data.putArray("labels");
        filter.steps().forEach(labels::add);
        data.putArray("datasets");
        chart.putObject("options").put("sidecarUnit", unit);
        return chart;
    }

    private ObjectNode add(ObjectNode chart, String label, Map<Object, BigDecimal> values, BigDecimal nothing) {
        ObjectNode set = ((ArrayNode) chart.path("data").path("datasets")).addObject();
        ArrayNode data = set.put("label", label).putArray("data");
        filter.steps().forEach(step -> data.add(values.getOrDefault(step, nothing)));
        return set;
    }

    /** By step. */
    private Map<Object, BigDecimal> sums(List<Map<String, Object>> rows, String figure) {
        Map<Object, BigDecimal> sums = new HashMap<>();
        rows.forEach(row -> sums.merge(row.get(filter.column()), decimal(row.get(figure)), BigDecimal::add));
        return sums;
    }

    /** Every group's name by its key, those with the most requests first. */
    static Map<String, String> ranked(
            List<Map<String, Object>> groups, String key, Function<Map<String, Object>, String> name) {
        return groups.stream()
                .sorted((a, b) -> decimal(b.get("request_count")).compareTo(decimal(a.get("request_count"))))
                .collect(Collectors.toMap(
                        row -> String.valueOf(row.get(key)), name, (first, again) -> first, LinkedHashMap::new));
    }

    private static BigDecimal decimal(Object number) {
        return number == null ? BigDecimal.ZERO : Decimals.shortest(new BigDecimal(number.toString()));
    }
}
