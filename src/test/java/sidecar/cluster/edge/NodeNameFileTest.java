package sidecar.cluster.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.cluster.NodeName;

class NodeNameFileTest {

    @TempDir
    Path directory;

    @Test
    void aNodeKeepsItsNameAndNoOtherHasIt() throws IOException {
        NodeName name = NodeNameFile.of(directory.resolve("a"), new Random());

        assertThat(NodeNameFile.of(directory.resolve("a"), new Random())).isEqualTo(name);
        assertThat(NodeNameFile.of(directory.resolve("b"), new Random())).isNotEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "näme", "a/b"})
    void whatIsNoNameIsRefusedWithWhatToDo(String text) throws IOException {
        Files.writeString(directory.resolve("node"), text);

        assertThatThrownBy(() -> NodeNameFile.of(directory, new Random()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("delete it");
    }
}
