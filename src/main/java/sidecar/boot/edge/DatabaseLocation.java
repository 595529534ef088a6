package sidecar.boot.edge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import sidecar.settings.Declared;
import sidecar.settings.Settings;

/** Where the database is, from the settings. */
record DatabaseLocation(String url, String user, String password, Optional<Path> file) {

    private static final String SQLITE = "SQLite format 3";

    /** What H2 puts after the path it is given. */
    private static final String H2_SUFFIX = ".mv.db";

    /**
     * The H2 options: a commit is in the operating system's hands when it returns, so that kill -9 loses none; the
     * database closes with the application, not with the first shutdown hook; and its cache of pages is small (1 MB), since
     * the operating system has one too, while pages that grow old in a small heap cost full collections of 0.1 to 0.2 s
     * each, in which every stream stands still.
     */
    private static final String H2_OPTIONS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=1024";

    static DatabaseLocation of(Settings settings) {
        Optional<String> url = settings.text(Declared.DB_URL);
        if (url.isPresent()) {
            boolean h2 = url.get().startsWith("jdbc:h2:");
            return new DatabaseLocation(
                    url.get(),
                    settings.text(Declared.DB_USER).orElse(h2 ? "sa" : "sidecar"),
                    settings.get(Declared.DB_PASSWORD),
                    Optional.empty());
        }
        Path file = settings.text(Declared.DB_PATH)
                .map(Path::of)
                .orElseGet(() -> Path.of(settings.get(Declared.DATA_DIR)).resolve("sidecar"))
                .toAbsolutePath()
                .normalize();
        return new DatabaseLocation("jdbc:h2:file:" + file + H2_OPTIONS, "sa", "", Optional.of(file));
    }

    /** Why this database must not be opened; empty when it may be tried. */
    Optional<String> refusal() {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Path path = file.get();
        if (path.toString().contains(";")) {
            return Optional.of("SIDECAR_DB_PATH must not contain a semicolon, was " + path);
        }
        if (isSqlite(path) && !Files.exists(Path.of(path + H2_SUFFIX))) {
            return Optional.of(path + " is a database of Sidecar V2: run `deploy/sidecar import-v2 " + path
                    + "` once, which makes " + path + H2_SUFFIX
                    + " beside it and leaves it as it is, then start again");
        }
        return Files.isDirectory(path)
                ? Optional.of("SIDECAR_DB_PATH must be a file, " + path + " is a directory")
                : Optional.empty();
    }

    private static boolean isSqlite(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(SQLITE.length()), StandardCharsets.US_ASCII).equals(SQLITE);
        } catch (IOException e) {
            return false;
        }
    }
}
