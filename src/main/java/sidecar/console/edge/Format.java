package sidecar.console.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** How figures, and what the cores say, are written on every page. console.js writes the live figures by the same rules. */
@Named("fmt")
@ApplicationScoped
public class Format {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int USD_DIGITS = 6;
    private static final List<String> BYTE_UNITS = List.of("B", "kB", "MB", "GB", "TB");

    @Inject
    private InstantSource clock;

    private static Locale locale() {
        return FacesContext.getCurrentInstance().getViewRoot().getLocale();
    }

    /** A whole number with separators; nothing for null. */
    public String number(Number value) {
        return value == null ? "" : NumberFormat.getIntegerInstance(locale()).format(value);
    }

    /** US dollars: to the cent from one dollar on, else to the first three digits, and to the millionth at most. */
    public String usd(BigDecimal value) {
        if (value == null) {
            return "";
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale());
        format.setMinimumFractionDigits(2);
        int zeros = value.signum() == 0 ? 0 : Math.max(0, value.scale() - value.precision());
        format.setMaximumFractionDigits(value.compareTo(BigDecimal.ONE) >= 0 ? 2 : Math.min(USD_DIGITS, zeros + 3));
        format.setRoundingMode(RoundingMode.HALF_UP);
        return "$" + format.format(value);
    }

    /** What so many LLM tokens cost; that no price is known when they cost nothing. */
    public String cost(BigDecimal usd, Number tokens) {
        return usd != null && isUnpriced(usd, tokens) ? UiMessages.of("usage.no_price") : usd(usd);
    }

    /** US dollars to the last digit, for a tooltip; why there are none where {@link #cost} says that no price is known. */
    public String wholeCost(BigDecimal usd, Number tokens) {
        if (usd == null) {
            return "";
        }
        return isUnpriced(usd, tokens)
                ? UiMessages.of("usage.no_price_hint")
                : "$" + usd.stripTrailingZeros().toPlainString();
    }

    private static boolean isUnpriced(BigDecimal usd, Number tokens) {
        return usd.signum() == 0 && tokens != null && tokens.longValue() > 0;
    }

    /** Milliseconds in the unit that people use for so many: 640 ms, 12.3 s, 3 min 20 s; a dash for null. */
    public String millis(Number millis) {
        if (millis == null) {
            return "–";
        }
        long ms = millis.longValue();
        if (ms < 1_000) {
            return in(ms, "ms");
        }
        if (ms >= 60_000) {
            long s = ms / 1_000;
            return s < 3_600 && s % 60 > 0 ? in(s / 60, "min") + " " + in(s % 60, "s") : duration(s);
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale());
        format.setMaximumFractionDigits(ms < 10_000 ? 2 : 1);
        return in(format.format(ms / 1_000.0), "s");
    }

    private static String in(Object number, String unit) {
        return number + " " + UiMessages.of("time." + unit);
    }

    /** A share in percent, to a tenth; a dash for null. */
    public String percent(Double percent) {
        if (percent == null) {
            return "–";
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale());
        format.setMaximumFractionDigits(1);
        // 99.97 % is not all of them
        format.setRoundingMode(RoundingMode.DOWN);
        return format.format(percent) + " %";
    }

    /** Seconds as people say them: 42 s, 3 min, 5 h 10 min, 2 d 3 h; less than none is none. */
    public String duration(long seconds) {
        long s = Math.max(0, seconds);
        if (s < 60) {
            return in(s, "s");
        }
        if (s < 3_600) {
            return in(s / 60, "min");
        }
        return s < 86_400
                ? in(s / 3_600, "h") + (s % 3_600 < 60 ? "" : " " + in(s % 3_600 / 60, "min"))
                : in(s / 86_400, "d") + (s % 86_400 < 3_600 ? "" : " " + in(s % 86_400 / 3_600, "h"));
    }

    /** How long ago that was: 3 min ago. */
    public String ago(Instant moment) {
        return UiMessages.of(
                "time.ago", duration(Duration.between(moment, clock.instant()).toSeconds()));
    }

    /** A size in the largest unit of which there is one, to a tenth. */
    public String bytes(Number bytes) {
        if (bytes == null) {
            return "";
        }
        double size = bytes.doubleValue();
        int unit = 0;
        while (size >= 1_000 && unit < BYTE_UNITS.size() - 1) {
            size /= 1_000;
            unit++;
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale());
        format.setMaximumFractionDigits(unit == 0 ? 0 : 1);
        return format.format(size) + " " + BYTE_UNITS.get(unit);
    }

    /** A text as the value of a parameter in a link. */
    public String query(Object text) {
        return text == null ? "" : URLEncoder.encode(text.toString(), StandardCharsets.UTF_8);
    }

    /** A moment as it stands in JSON. */
    public String moment(String iso) {
        return iso == null ? "" : time(Instant.parse(iso));
    }

    /** A moment in UTC, as everywhere in Sidecar. */
    public String time(Instant moment) {
        return moment == null ? "" : TIME.format(moment);
    }

    /** How a request or an attempt ended, in words; the name itself, as the API says it, where there are none. */
    public String outcome(String name) {
        return name == null ? "" : UiMessages.find("outcome." + name).orElse(name);
    }

    /** What a core says in English, one sentence a line, in the language of the page; nothing for null. */
    public String said(String english) {
        return english == null ? "" : UiMessages.said(english);
    }

    /** The same of one field, beside its input: without the field's name in the API. */
    public String saidAt(String field, String english) {
        return english == null ? "" : UiMessages.saidAt(field, english);
    }
}
