package sidecar.failure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rules that ship with Sidecar, under the names by which a failure table refers to them. They speak of any label. */
public enum FailureRulePreset {

    /** What everybody's statuses mean. */
    OPENAI,

    /** What NVIDIA NIM says in its own way, then what everybody says. */
    NVIDIA_NIM;

    /** In the order in which they are tried. */
    public List<FailureRule> rules() {
        return this == OPENAI ? ShippedRules.GENERAL : ShippedRules.NIM;
    }

    /** The name in a failure table, such as {@code nvidia-nim}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The preset of that name. */
    public static Optional<FailureRulePreset> of(String name) {
        return Arrays.stream(values())
                .filter(preset -> preset.wire().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Every name, separated by commas. */
    static String names() {
        return Arrays.stream(values()).map(FailureRulePreset::wire).collect(Collectors.joining(", "));
    }
}
