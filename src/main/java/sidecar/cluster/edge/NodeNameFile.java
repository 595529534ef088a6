package sidecar.cluster.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.random.RandomGenerator;
import sidecar.cluster.NodeName;

/**
 * The name of this node, in the file {@code node} of its data directory: made once, of the host's name and six random digits, so that it lives and dies with the file of grants beside it. Who
 * copies a data directory for a second node deletes it there.
 */
public final class NodeNameFile {

    private static final String FILE = "node";
    private static final int MAX_HOST = 60;

    private NodeNameFile() {}

    /**
     * Reads it, or makes it.
     *
     * @throws IOException when it can be neither read nor written, or holds something else
     */
    public static NodeName of(Path directory, RandomGenerator random) throws IOException {
        Path file = Files.createDirectories(directory).resolve(FILE);
        if (!Files.exists(file)) {
            write(file, host() + "-" + String.format("%06x", random.nextInt(1 << 24)));
        }
        String name = Files.readString(file, UTF_8).strip();
        if (!NodeName.isValid(name)) {
            throw new IOException(file + " holds no name of a node: delete it, and this node gets a new one");
        }
        return new NodeName(name);
    }

    /** Whole or not at all. */
    private static void write(Path file, String name) throws IOException {
        Path unfinished = file.resolveSibling(FILE + ".new");
        Files.writeString(unfinished, name + "\n", UTF_8);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
            return name.substring(0, Math.min(MAX_HOST, name.length()));
        } catch (UnknownHostException nameless) {
            return "node";
        }
    }
}
