package sidecar.provider.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslationModeTest {

    @ParameterizedTest
    @CsvSource({"DEFAULT, ON, ON", "DEFAULT, NATIVE, NATIVE", "ON, NATIVE, ON", "NATIVE, ON, NATIVE"})
    void whatAModelSaysGoesBeforeTheSetting(TranslationMode model, TranslationMode setting, TranslationMode effective) {
        assertThat(model.or(setting)).isEqualTo(effective);
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, default", "ON, on", "NATIVE, native"})
    void aModeIsFoundByItsName(TranslationMode mode, String wire) {
        assertThat(mode.wire()).isEqualTo(wire);
        assertThat(TranslationMode.of(wire)).contains(mode);
    }
}
