package sidecar.upstream;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Header lines in the order in which they came. Immutable. */
public record Headers(List<Header> lines) {

    public static final Headers NONE = new Headers(List.of());

    public Headers {
        lines = List.copyOf(lines);
    }

    /** The first value under that name. */
    public Optional<String> first(String name) {
        for (Header line : lines) {
            if (line.is(name)) {
                return Optional.of(line.value());
            }
        }
        return Optional.empty();
    }

    /** The same lines with other values. */
    public Headers rewritten(UnaryOperator<String> value) {
        return new Headers(lines.stream()
                .map(line -> new Header(line.name(), value.apply(line.value())))
                .toList());
    }

    /** The same with those lines in place of all of their names. */
    public Headers replaced(Headers others) {
        return new Headers(Stream.concat(
                        lines.stream().filter(line -> others.first(line.name()).isEmpty()), others.lines().stream())
                .toList());
    }

    /** The lines that pass. */
    public Headers only(Predicate<Header> keep) {
        return new Headers(lines.stream().filter(keep).toList());
    }
}
