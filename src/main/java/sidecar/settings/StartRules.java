package sidecar.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the environment must not be, beyond the rules of single settings. */
public final class StartRules {

    private static final int MIN_TOKEN = 16;
    private static final List<Setting<String>> TOKENS =
            List.of(Declared.ADMIN_TOKEN, Declared.VIEWER_TOKEN, Declared.CLIENT_TOKEN);
    private static final List<Setting<String>> SECRETS =
            List.of(Declared.ADMIN_TOKEN, Declared.VIEWER_TOKEN, Declared.CLIENT_TOKEN, Declared.ENCRYPTION_KEY);

    private StartRules() {}

    /** Why Sidecar must not start with these settings, in one line that shows no secret; empty when it may. */
    public static Optional<String> refusal(Settings settings) {
        for (Setting<String> secret : SECRETS) {
            if (settings.text(secret).filter(StartRules::isWellKnown).isPresent()) {
                return Optional.of(secret.env() + " is a well-known default; choose one of your own");
            }
        }
        for (Setting<String> token : TOKENS) {
            if (settings.text(token).filter(text -> text.length() < MIN_TOKEN).isPresent()) {
                return Optional.of(token.env() + " must have at least " + MIN_TOKEN + " characters");
            }
        }
        Optional<String> client = settings.text(Declared.CLIENT_TOKEN);
        Optional<String> admin = settings.text(Declared.ADMIN_TOKEN);
        if (admin.isPresent() && (admin.equals(client) || admin.equals(settings.text(Declared.VIEWER_TOKEN)))) {
            return Optional.of(Declared.ADMIN_TOKEN.env() + " must differ from the viewer's and the client's token");
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
