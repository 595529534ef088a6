package sidecar.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;

/** How decimals are read and written. */
public final class Decimals {

    private Decimals() {}

    /**
     * The number that {@code node} is, where it is one that may be calculated with. Looked at before that: 1e999999999 would
     * be a giant when written out.
     *
     * @param places how far its last digit may be from the point, to either side
     * @param digits how many digits it may have
     */
    public static Optional<BigDecimal> read(JsonNode node, int places, int digits) {
        return node.isNumber()
                ? Optional.of(node.decimalValue())
                        .filter(number -> Math.abs((long) number.scale()) <= places && number.precision() <= digits)
                : Optional.empty();
    }

    /** Without zeros at the end and, in whatever form it is written, without an exponent. */
    public static BigDecimal shortest(BigDecimal decimal) {
        BigDecimal stripped = decimal.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
