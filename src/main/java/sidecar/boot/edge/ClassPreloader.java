package sidecar.boot.edge;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Loads our classes at the start. They lie in files, and a class that is asked for while the process
 * has no file descriptor left cannot be loaded, then or ever (the JVM remembers the failure). Libraries are in archives,
 * which are open already.
 */
final class ClassPreloader {

    private static final System.Logger LOG = System.getLogger(ClassPreloader.class.getName());

    private static final String ENDING = ".class";

    private ClassPreloader() {}

    /** Loads them, and runs no code of theirs. What cannot be found is left to be loaded when it is asked for. */
    static void load() {
        URL here = ClassPreloader.class.getResource(ClassPreloader.class.getSimpleName() + ENDING);
        if (here == null || !here.getProtocol().equals("file")) {
            return; // in an archive: nothing to do
        }
        try {
            // …/sidecar/boot/edge/ClassPreloader.class
            Path all = Path.of(new URI(here.toString())).getParent().getParent().getParent();
            load(all);
        } catch (IOException | URISyntaxException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "classes are not loaded ahead: {0}", unreadable.toString());
        }
    }

    private static void load(Path all) throws IOException {
        try (Stream<Path> files = Files.walk(all)) {
            files.map(file -> all.getParent().relativize(file).toString())
                    .filter(name -> name.endsWith(ENDING) && !name.endsWith("package-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ENDING.length()).replace('/', '.'))
                    .forEach(ClassPreloader::load);
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, ClassPreloader.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError missing) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is not loaded ahead: {1}", name, missing.toString());
        }
    }
}
