package sidecar.json;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Checks that values make of their own components; each throws an {@link IllegalArgumentException} that names the component, its rule and its value. */
public final class Require {

    private Require() {}

    /** A number from {@code min}. */
    public static void atLeast(long min, String name, long value) {
        check(value >= min, name, "≥ " + min, value);
    }

    /** A number from {@code min}, where there is one. */
    public static void atLeast(int min, String name, OptionalInt value) {
        value.ifPresent(number -> atLeast(min, name, number));
    }

    /** More than nothing, where there is something. */
    public static void positive(String name, Optional<BigDecimal> value) {
        value.ifPresent(number -> check(number.signum() > 0, name, "> 0", number.toPlainString()));
    }

    /** Longer than nothing. */
    public static void positive(String name, Duration value) {
        check(!value.isNegative() && !value.isZero(), name, "> 0", value);
    }

    /** Nothing, or longer. */
    public static void notNegative(String name, Duration value) {
        check(!value.isNegative(), name, "≥ 0", value);
    }

    private static void check(boolean kept, String name, String rule, Object value) {
        if (!kept) {
            throw new IllegalArgumentException(name + " must be " + rule + ", was " + value);
        }
    }
}
