package sidecar.settings.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import sidecar.settings.Declared;
import sidecar.settings.Group;
import sidecar.settings.Setting;

class SettingWordsTest {

    private final SettingWords chinese = new SettingWords(Locale.SIMPLIFIED_CHINESE);

    private static List<Setting<?>> shown() {
        return Declared.all().stream().filter(Setting::inTable).toList();
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
        SettingWords english = new SettingWords(Locale.ENGLISH);

        assertThat(shown())
                .allSatisfy(setting -> assertThat(english.description(setting)).isEqualTo(setting.description()));
    }

    @Test
    void everyGroupHasSettingsAndAName() {
        assertThat(Declared.grouped().keySet()).containsExactly(Group.values());
        assertThat(Group.values())
                .allSatisfy(group -> assertThat(chinese.group(group)).isNotBlank());
        assertThat(Declared.grouped().values().stream().mapToInt(List::size).sum())
                .isEqualTo(Declared.all().size());
    }
}
