package sidecar.settings.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import sidecar.settings.Setting;
import sidecar.settings.SettingGroup;
import sidecar.settings.SettingsCatalog;

class SettingTranslationsTest {

    private final SettingTranslations chinese = new SettingTranslations(Locale.SIMPLIFIED_CHINESE);

    private static List<Setting<?>> shown() {
        return SettingsCatalog.all().stream().filter(Setting::inTable).toList();
    }

    @Test
    void everySettingHasAChineseDescriptionUnitAndEffect() {
        assertThat(shown()).allSatisfy(setting -> {
            assertThat(chinese.description(setting))
                    .isNotEqualTo(setting.description())
                    .isNotBlank();
            assertThat(chinese.unit(setting))
                    .matches(unit -> unit.isEmpty() == setting.unit().isEmpty());
            assertThat(chinese.effect(setting)).isNotEqualTo(setting.effect().words());
        });
    }

    @Test
    void inEnglishTheDeclarationsSpeakForThemselves() {
        SettingTranslations english = new SettingTranslations(Locale.ENGLISH);

        assertThat(shown())
                .allSatisfy(setting -> assertThat(english.description(setting)).isEqualTo(setting.description()));
    }

    @Test
    void everyGroupHasSettingsAndAName() {
        assertThat(SettingsCatalog.grouped().keySet()).containsExactly(SettingGroup.values());
        assertThat(SettingGroup.values())
                .allSatisfy(group -> assertThat(chinese.group(group)).isNotBlank());
        assertThat(SettingsCatalog.grouped().values().stream()
                        .mapToInt(List::size)
                        .sum())
                .isEqualTo(SettingsCatalog.all().size());
    }
}
