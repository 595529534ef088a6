package sidecar.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Where the database is, from the settings.
 *
 * @param url for JDBC
 * @param user to log in as
 * @param password of that user; may be empty
 * @param file of H2, without its ending; empty where {@code SIDECAR_DB_URL} names a database
 */
public record DatabaseLocation(String url, String user, String password, Optional<Path> file) {

    /** What H2 appends to the name of its file. */
    public static final String ENDING = ".mv.db";

    private static final String H2 = "jdbc:h2:";
    private static final String SQLITE = "SQLite format 3";

    /**
     * The H2 options: a commit is in the operating system's hands when it returns, so that kill -9 loses none; the
     * database closes with the application, not with the first shutdown hook; and its cache of pages is small (1 MB), since
     * the operating system has one too, while pages that grow old in a small heap cost full collections of 0.1 to 0.2 s
     * each, in which every stream stands still.
     */
    private static final String H2_OPTIONS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=1024";

    /** As the settings have it. */
    public static DatabaseLocation of(Settings settings) {
        Optional<String> url = settings.text(SettingsCatalog.DB_URL);
        if (url.isPresent()) {
            boolean h2 = url.get().startsWith(H2);
            return new DatabaseLocation(
                    url.get(),
                    settings.text(SettingsCatalog.DB_USER).orElse(h2 ? "sa" : "sidecar"),
                    settings.get(SettingsCatalog.DB_PASSWORD),
                    Optional.empty());
        }
        Path file = settings.text(SettingsCatalog.DB_PATH)
                .map(Path::of)
                .orElseGet(() -> Path.of(settings.get(SettingsCatalog.DATA_DIR)).resolve("sidecar"))
                .toAbsolutePath()
                .normalize();
        return new DatabaseLocation(H2 + "file:" + file + H2_OPTIONS, "sa", "", Optional.of(file));
    }

    /** Whether it is PostgreSQL's, which several nodes may share; else it is H2's. */
    public boolean isPostgres() {
        return !url.startsWith(H2);
    }

    /** The file that holds everything; it need not be there yet. */
    public Optional<Path> data() {
        return file.map(path -> path.resolveSibling(path.getFileName() + ENDING));
    }

    /** Without user, password and what stands after them in the URL. */
    @Override
    public String toString() {
        return data().map(Path::toString)
                .orElseGet(() -> url.replaceFirst("[?;].*", "").replaceFirst("//[^/]*@", "//"));
    }

    /** Why this database must not be opened; empty when it may be tried. */
    public Optional<String> refusal() {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Path path = file.get();
        if (path.toString().contains(";")) {
            return Optional.of("SIDECAR_DB_PATH must not contain a semicolon, was " + path);
        }
        if (isSqlite(path) && !Files.exists(Path.of(path + ENDING))) {
            return Optional.of(path + " is a database of Sidecar V2: run `deploy/sidecar import-v2 " + path
                    + "` once, which makes " + path + ENDING
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
