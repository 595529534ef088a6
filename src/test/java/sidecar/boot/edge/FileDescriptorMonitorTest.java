package sidecar.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileDescriptorMonitorTest {

    @ParameterizedTest
    @CsvSource({"1000, 1000, true", "985, 1000, true", "984, 1000, false", "365, 12288, false", "12288, 12288, true"})
    void fewerThanSixteenAreAShortage(long open, long max, boolean shortage) {
        assertThat(FileDescriptorMonitor.shortage(open, max).isPresent()).isEqualTo(shortage);
    }
}
