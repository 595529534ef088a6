package sidecar.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the environment must not be, beyond the rules of single settings. */
final class StartupChecks {

    private static final int MIN_TOKEN = 16;
    private static final List<Setting<String>> TOKENS =
            List.of(SettingsCatalog.ADMIN_TOKEN, SettingsCatalog.VIEWER_TOKEN, SettingsCatalog.CLIENT_TOKEN);
    private static final List<Setting<String>> SECRETS = List.of(
            SettingsCatalog.ADMIN_TOKEN,
            SettingsCatalog.VIEWER_TOKEN,
            SettingsCatalog.CLIENT_TOKEN,
            SettingsCatalog.ENCRYPTION_KEY);

    private StartupChecks() {}

    /**
     * Why Sidecar must not start with that environment: a sentence for each rule that is broken, without any value.
     *
     * @param environment variables that are set
     */
    static List<String> refusals(Map<String, String> environment) {
        List<String> refusals = new ArrayList<>();
        for (Setting<String> secret : SECRETS) {
            String text = value(environment, secret);
            if (isWellKnown(text)) {
                refusals.add(secret.env() + " is a well-known default; choose one of your own");
            } else if (TOKENS.contains(secret) && !text.isEmpty() && text.length() < MIN_TOKEN) {
                refusals.add(secret.env() + " must have at least " + MIN_TOKEN + " characters");
            }
        }
        String admin = value(environment, SettingsCatalog.ADMIN_TOKEN);
        if (!admin.isEmpty()
                && (admin.equals(value(environment, SettingsCatalog.CLIENT_TOKEN))
                        || admin.equals(value(environment, SettingsCatalog.VIEWER_TOKEN)))) {
            refusals.add(SettingsCatalog.ADMIN_TOKEN.env() + " must differ from the viewer's and the client's token");
        }
        return refusals;
    }

    private static String value(Map<String, String> environment, Setting<String> secret) {
        return environment.getOrDefault(secret.env(), "").strip();
    }

    private static boolean isWellKnown(String secret) {
        String plain = secret.strip().toLowerCase(Locale.ROOT).replaceAll("[-_ .]", "");
        return plain.contains("changeme")
                || plain.matches(
                        "(your|my)?(super)?(secret|password|token|admin|key)(token|key|here)*|test|default|example")
                || plain.chars().distinct().count() == 1;
    }
}
