package sidecar.json;

import java.math.BigDecimal;

/** How decimals are written. */
public final class Decimals {

    private Decimals() {}

    /** Without zeros at the end and, in whatever form it is written, without an exponent. */
    public static BigDecimal shortest(BigDecimal decimal) {
        BigDecimal stripped = decimal.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
