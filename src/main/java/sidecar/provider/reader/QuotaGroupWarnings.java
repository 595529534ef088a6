package sidecar.provider.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import sidecar.provider.Limits;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;

/** What to tell an operator about the quota group of a provider that is being saved. */
public final class QuotaGroupWarnings {

    private QuotaGroupWarnings() {}

    /** One sentence for each limit in which {@code saved} differs from another enabled member of its group. */
    public static List<String> warnings(Provider saved, ProviderCatalog catalog) {
        List<Provider> others = catalog.group(saved.group()).stream()
                .filter(p -> !p.id().equals(saved.id()))
                .toList();
        List<String> warnings = new ArrayList<>();
        String group = saved.limits().quotaGroup().map(g -> "quota group " + g).orElse("providers with this same key");
        differs(warnings, saved, others, "rpm_limit", Limits::rpm, group);
        differs(warnings, saved, others, "rpd_limit", Limits::rpd, group);
        differs(warnings, saved, others, "tpm_limit", Limits::tpm, group);
        differs(warnings, saved, others, "max_concurrency", Limits::concurrency, group);
        differs(warnings, saved, others, "limiter", Limits::limiter, group);
        return warnings;
    }

    private static void differs(
            List<String> warnings,
            Provider saved,
            List<Provider> others,
            String field,
            Function<Limits, Object> limit,
            String group) {
        Object mine = limit.apply(saved.limits());
        if (others.stream().anyMatch(p -> !limit.apply(p.limits()).equals(mine))) {
            String rule = field.equals("limiter") ? "window wins" : "the smallest wins";
            warnings.add(field + " differs inside " + group + ": " + rule);
        }
    }
}
