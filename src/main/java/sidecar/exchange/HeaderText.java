package sidecar.exchange;

import java.nio.charset.StandardCharsets;

/** Text that may stand in a header: printable ASCII, everything else percent-encoded. A pure function. */
final class HeaderText {

    private HeaderText() {}

    static String of(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 127 && b != '%') {
                safe.append((char) b);
            } else {
                safe.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        return safe.toString();
    }
}
