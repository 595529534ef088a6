package sidecar.settings;

/** Renders the declarations as {@code docs/configuration.md}. */
public final class SettingsDocument {

    private SettingsDocument() {}

    /** The whole page, in Markdown. */
    public static String page() {
        StringBuilder page = new StringBuilder("""
                # Configuration

                Made from the declarations in the code (`sidecar.settings.SettingsCatalog`); do not edit by hand.

                Environment variables win over the settings table, the table wins over the default. An empty variable is
                unset. A value that breaks its rule refuses the start (environment) or the save (table). Changes in the table
                act at once unless the table below says otherwise; durations take decimals. Settings marked
                *environment* are never stored in the table, and secrets are never shown.

                | key | variable | default | must be | acts | meaning |
                |---|---|---|---|---|---|
                """);
        SettingsCatalog.all().forEach(setting -> page.append(row(setting)));
        return page.toString();
    }

    private static String row(Setting<?> setting) {
        String preset = setting.preset().isEmpty()
                ? "–"
                : "`" + setting.preset() + "`" + (setting.unit().isEmpty() ? "" : " " + setting.unit());
        String rule = setting.place() == Setting.Place.SECRET
                ? "secret"
                : setting.kind().rule();
        String acts = setting.effect().words() + (setting.inTable() ? "" : ", *environment*");
        return "| `%s` | `%s` | %s | %s | %s | %s |%n"
                .formatted(setting.key(), setting.env(), preset, rule, acts, setting.description())
                .replace("\r\n", "\n");
    }
}
