package sidecar.settings.edge;

import java.util.Locale;
import sidecar.console.edge.UiMessages;
import sidecar.settings.Setting;
import sidecar.settings.SettingGroup;

/** The declarations' texts in a language. The English ones are the declarations' own; only the others are among the pages' texts. */
final class SettingTranslations {

    private final Locale locale;

    SettingTranslations(Locale locale) {
        this.locale = locale;
    }

    private String of(String key, String english) {
        return english.isEmpty() || locale.getLanguage().equals(Locale.ENGLISH.getLanguage())
                ? english
                : UiMessages.in(locale, "setting." + key);
    }

    String description(Setting<?> setting) {
        return of(setting.key(), setting.description());
    }

    String unit(Setting<?> setting) {
        return of("unit." + setting.unit().replace(' ', '_'), setting.unit());
    }

    String effect(Setting<?> setting) {
        return of(
                "effect." + setting.effect().name().toLowerCase(Locale.ROOT),
                setting.effect().words());
    }

    String group(SettingGroup group) {
        return of("group." + group.name().toLowerCase(Locale.ROOT), group.words());
    }
}
