package sidecar.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Header lines in the order in which they came. Names are compared without case. Immutable.
 *
 * @param lines as received, without the line ends
 */
public record HeaderList(List<Line> lines) {

    /** One header line. */
    public record Line(String name, String value) {}

    public HeaderList {
        lines = List.copyOf(lines);
    }

    /** Reads {@code name: value} lines. A line without a colon becomes a name with an empty value. */
    static HeaderList parse(List<String> raw) {
        List<Line> lines = new ArrayList<>();
        for (String line : raw) {
            int colon = line.indexOf(':');
            lines.add(
                    colon < 0
                            ? new Line(line, "")
                            : new Line(
                                    line.substring(0, colon),
                                    line.substring(colon + 1).strip()));
        }
        return new HeaderList(lines);
    }

    /** The first value of that name. */
    public Optional<String> first(String name) {
        return lines.stream()
                .filter(line -> line.name().equalsIgnoreCase(name))
                .map(Line::value)
                .findFirst();
    }

    /** Every value of that name. */
    public List<String> all(String name) {
        return lines.stream()
                .filter(line -> line.name().equalsIgnoreCase(name))
                .map(Line::value)
                .toList();
    }

    /** Whether there is a line of that name. */
    public boolean has(String name) {
        return first(name).isPresent();
    }

    /** Whether one of the values of that name contains the token, without case. */
    boolean lists(String name, String token) {
        return all(name).stream()
                .anyMatch(value -> List.of(
                                value.toLowerCase(java.util.Locale.ROOT).split("\\s*,\\s*", -1))
                        .contains(token));
    }
}
