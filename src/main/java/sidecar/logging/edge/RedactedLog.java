package sidecar.logging.edge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import sidecar.provider.CatalogHolder;
import sidecar.provider.Redactor;
import sidecar.provider.Secret;
import sidecar.settings.Setting;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.vault.KeyFile;

/**
 * What stands between every line of the log, whoever writes it, and the outside: the last guard against a secret in a
 * message or in an exception of a library. It looks at each character of a line once.
 */
public final class RedactedLog extends Formatter {

    /** A shorter one cannot be told from an ordinary word. */
    private static final int SHORTEST = 8;

    private final Formatter inner;
    private final Supplier<Redactor> redactor;

    RedactedLog(Formatter inner, Supplier<Redactor> redactor) {
        this.inner = inner;
        this.redactor = redactor;
    }

    /** Puts itself before every handler of the server, and follows what there is to hide. */
    public static void install(Settings settings, CatalogHolder catalog) {
        Known known = new Known(settings, catalog);
        catalog.onChange(known::renew);
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            Formatter formatter = Objects.requireNonNullElseGet(handler.getFormatter(), PlainLines::new);
            handler.setFormatter(new RedactedLog(formatter, known::redactor));
        }
    }

    /** For a handler that was given no formatter. */
    private static final class PlainLines extends Formatter {
        @Override
        public String format(LogRecord line) {
            return formatMessage(line) + System.lineSeparator();
        }
    }

    /** Every secret of the environment, of the providers, and of a rotation of the key. */
    private static final class Known {
        private final CatalogHolder catalog;
        private final Path data;
        private final List<Secret> environment;
        private volatile Redactor redactor = Redactor.NONE;

        Known(Settings settings, CatalogHolder catalog) {
            this.catalog = catalog;
            this.data = Path.of(settings.get(SettingsCatalog.DATA_DIR));
            this.environment = secrets(settings);
            renew();
        }

        private static List<Secret> secrets(Settings settings) {
            List<Secret> secrets = new ArrayList<>();
            for (Setting<?> setting : SettingsCatalog.all()) {
                if (setting.place() == Setting.Place.SECRET) {
                    String text = settings.print(setting);
                    Stream.of(text, text.strip())
                            .filter(secret -> secret.length() >= SHORTEST)
                            .distinct()
                            .forEach(secret -> secrets.add(new Secret(secret)));
                }
            }
            return secrets;
        }

        void renew() {
            KeyFile file = KeyFile.in(data);
            redactor = Redactor.of(Stream.of(
                            environment.stream(),
                            Stream.concat(file.key().stream(), file.previous().stream())
                                    .map(Secret::new),
                            catalog.get().all().stream().flatMap(provider -> provider.endpoint().secrets().stream()))
                    .flatMap(secrets -> secrets)
                    .filter(secret -> secret.reveal().length() >= SHORTEST)
                    .toList());
        }

        Redactor redactor() {
            return redactor;
        }
    }

    @Override
    public String format(LogRecord line) {
        return redactor.get().text(inner.format(line));
    }

    @Override
    public String getHead(Handler handler) {
        return inner.getHead(handler);
    }

    @Override
    public String getTail(Handler handler) {
        return inner.getTail(handler);
    }
}
