package sidecar.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the environment must not be, beyond the rules of single settings. */
public final class StartupChecks {

    private static final int MIN_TOKEN = 16;
    private static final List<Setting<String>> TOKENS =
            List.of(SettingsCatalog.ADMIN_TOKEN, SettingsCatalog.VIEWER_TOKEN, SettingsCatalog.CLIENT_TOKEN);
    private static final List<Setting<String>> SECRETS = List.of(
            SettingsCatalog.ADMIN_TOKEN,
            SettingsCatalog.VIEWER_TOKEN,
            SettingsCatalog.CLIENT_TOKEN,
            SettingsCatalog.ENCRYPTION_KEY);

    private StartupChecks() {}

    /** Why Sidecar must not start with these settings, in one line that shows no secret; empty when it may. */
    public static Optional<String> refusal(Settings settings) {
        for (Setting<String> secret : SECRETS) {
            if (settings.text(secret).filter(StartupChecks::isWellKnown).isPresent()) {
                return Optional.of(secret.env() + " is a well-known default; choose one of your own");
            }
        }
        for (Setting<String> token : TOKENS) {
            if (settings.text(token).filter(text -> text.length() < MIN_TOKEN).isPresent()) {
                return Optional.of(token.env() + " must have at least " + MIN_TOKEN + " characters");
            }
        }
        Optional<String> client = settings.text(SettingsCatalog.CLIENT_TOKEN);
        Optional<String> admin = settings.text(SettingsCatalog.ADMIN_TOKEN);
        if (admin.isPresent() && (admin.equals(client) || admin.equals(settings.text(SettingsCatalog.VIEWER_TOKEN)))) {
            return Optional.of(
                    SettingsCatalog.ADMIN_TOKEN.env() + " must differ from the viewer's and the client's token");
        }
        return Optional.empty();
    }

    private static boolean isWellKnown(String secret) {
        String plain = secret.strip().toLowerCase(Locale.ROOT).replaceAll("[-_ .]", "");
        return plain.contains("changeme")
                || plain.matches(
                        "(your|my)?(super)?(secret|password|token|admin|key)(token|key|here)*|test|default|example")
                || plain.chars().distinct().count() == 1;
    }
}
