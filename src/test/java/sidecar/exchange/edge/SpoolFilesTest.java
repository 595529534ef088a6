package sidecar.exchange.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.body.Spool;

class SpoolFilesTest {

    @TempDir
    private Path data;

    @Test
    void whatIsWrittenIsReadAtAnyPlace() throws IOException {
        Spool.SpooledFile file = new SpoolFiles(data.resolve("spool")).open();
        byte[] bytes = new byte[200_000];
        new Random(1).nextBytes(bytes);

        file.append(ByteBuffer.wrap(bytes, 0, 150_000));
        file.append(ByteBuffer.wrap(bytes, 150_000, 50_000));

        ByteBuffer all = ByteBuffer.allocate(bytes.length);
        assertThat(file.read(all, 0)).isEqualTo(bytes.length);
        assertThat(all.array()).isEqualTo(bytes);
        ByteBuffer middle = ByteBuffer.allocate(1);
        assertThat(file.read(middle, 160_000)).isEqualTo(1);
        assertThat(middle.get(0)).isEqualTo(bytes[160_000]);
        assertThat(file.read(ByteBuffer.allocate(1), bytes.length)).isNegative();
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
    }

    @Test
    void anOpenFileHasNoNameAndItsDirectoryIsItsOwnersOnly() throws IOException {
        Path directory = data.resolve("spool");

        Spool.SpooledFile file = new SpoolFiles(directory).open();

        assertThat(directory).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        file.close();
    }

    @Test
    void leftoversAreClearedAndNothingElse() throws IOException {
        Path directory = Files.createDirectory(data.resolve("spool"));
        Files.createFile(directory.resolve("body-1"));
        Path other = Files.createFile(directory.resolve("mine"));

        new SpoolFiles(directory).clear();
        new SpoolFiles(data.resolve("nowhere")).clear();

        assertThat(directory).isDirectoryContaining(file -> file.equals(other));
        assertThat(directory.resolve("body-1")).doesNotExist();
    }
}
