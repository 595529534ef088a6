package sidecar.access.edge;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import sidecar.console.edge.ConsoleRole;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/** Tells whose token a caller shows. Compares hashes in constant time. */
@ApplicationScoped
public class AdminTokens {

    private static final String BEARER = "bearer ";

    @Inject
    private Settings settings;

    private Optional<byte[]> admin = Optional.empty();
    private Optional<byte[]> viewer = Optional.empty();

    @PostConstruct
    void read() {
        admin = settings.text(SettingsCatalog.ADMIN_TOKEN).map(AdminTokens::hash);
        viewer = settings.text(SettingsCatalog.VIEWER_TOKEN).map(AdminTokens::hash);
    }

    /** Whether there is an admin token at all. */
    boolean configured() {
        return admin.isPresent();
    }

    /** The token of an {@code Authorization} header; empty when it is of another kind. */
    static Optional<String> bearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    /** The role of a token, as {@link ConsoleRole} names it; empty when it is nobody's. */
    Optional<String> roleOf(String token) {
        byte[] shown = hash(token);
        // Both comparisons always happen: the time taken tells nothing about which one failed.
        boolean isAdmin =
                admin.filter(hash -> MessageDigest.isEqual(hash, shown)).isPresent();
        boolean isViewer =
                viewer.filter(hash -> MessageDigest.isEqual(hash, shown)).isPresent();
        if (isAdmin) {
            return Optional.of(ConsoleRole.ADMIN);
        }
        return isViewer ? Optional.of(ConsoleRole.VIEWER) : Optional.empty();
    }

    /** Tells the token of a role from those it had before, and gives none away; empty when the role has none. */
    Optional<String> fingerprintOf(String role) {
        Optional<byte[]> hash = switch (role) {
            case ConsoleRole.ADMIN -> admin;
            case ConsoleRole.VIEWER -> viewer;
            default -> Optional.empty();
        };
        return hash.map(HexFormat.of()::formatHex);
    }

    /** Tells one token from another and gives none away. */
    static String fingerprint(String token) {
        return HexFormat.of().formatHex(hash(token));
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
