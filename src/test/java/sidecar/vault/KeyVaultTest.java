package sidecar.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.jasypt.encryption.StringEncryptor;
import org.jasypt.exceptions.EncryptionOperationNotPossibleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyVaultTest {

    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String OTHER = "fedcba9876543210".repeat(4);

    private final KeyVault vault = new KeyVault(KEY, Optional.empty());

    @Test
    void whatIsSealedOpensForTheSameRecord() {
        StringEncryptor encryptor = vault.forRecord("bkd_1");

        assertThat(encryptor.decrypt(encryptor.encrypt("nvapi-ключ"))).isEqualTo("nvapi-ключ");
    }

    @Test
    void aValueMovedToAnotherRecordDoesNotOpen() {
        String stored = vault.seal("bkd_1", "secret");

        assertThat(vault.open("bkd_2", stored)).isEmpty();
        assertThatThrownBy(() -> vault.forRecord("bkd_2").decrypt(stored))
                .isInstanceOf(EncryptionOperationNotPossibleException.class);
    }

    @Test
    void wrongKeyIsRefused() {
        assertThat(new KeyVault(OTHER, Optional.empty()).open("r", vault.seal("r", "secret")))
                .isEmpty();
    }

    @Test
    void thePreviousKeyStillReads() {
        KeyVault next = new KeyVault(OTHER, Optional.of(KEY));

        assertThat(next.open("r", vault.seal("r", "secret"))).contains("secret");
        assertThat(vault.open("r", next.seal("r", "secret"))).isEmpty();
    }

    @Test
    void theStoredFormNamesTheKeyAndNeverRepeats() {
        String stored = vault.seal("r", "secret");

        assertThat(stored).matches("v1:[0-9a-f]{8}:[0-9a-f]{24}:[0-9a-f]{44}").doesNotContain("secret");
        assertThat(vault.seal("r", "secret")).isNotEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "v1", "v1:a:b:c", "v1:::", "v2:00000000:00:00", "a:b", "v1:zz:zz:zz:zz"})
    void rubbishDoesNotOpen(String stored) {
        assertThat(vault.open("r", stored)).isEmpty();
    }

    @Test
    void aChangedByteDoesNotOpen() {
        String stored = vault.seal("r", "secret");
        char last = stored.charAt(stored.length() - 1);

        assertThat(vault.open("r", stored.substring(0, stored.length() - 1) + (last == '0' ? '1' : '0')))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "abc", "zz23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
    void aMissingShortOrNonHexKeyIsOneClearLine(String key) {
        assertThatThrownBy(() -> new KeyVault(key, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("SIDECAR_ENCRYPTION_KEY ")
                .hasMessageContaining("64 hex digits")
                .message()
                .doesNotContain("\n")
                .doesNotContain("zz234");
    }

    @Test
    void aBadPreviousKeyIsNamedAsSuch() {
        assertThatThrownBy(() -> new KeyVault(KEY, Optional.of("short")))
                .hasMessageStartingWith("SIDECAR_ENCRYPTION_KEY_PREVIOUS must");
    }

    @Test
    void fingerprintsTellSecretsApartAndDependOnTheKey() {
        assertThat(vault.fingerprint("a"))
                .isEqualTo(new KeyVault(KEY, Optional.empty()).fingerprint("a"))
                .isNotEqualTo(vault.fingerprint("b"))
                .isNotEqualTo(new KeyVault(OTHER, Optional.empty()).fingerprint("a"))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void aKeyThatIsTakenSealsFromThenOnAndTheOldOneStillOpens() {
        String before = vault.seal("r", "secret");

        vault.sealWith(OTHER);
        String after = vault.seal("r", "secret");

        assertThat(vault.open("r", before)).contains("secret");
        assertThat(vault.isCurrent(before)).isFalse();
        assertThat(vault.isCurrent(after)).isTrue();
        assertThat(vault.sealsWith(OTHER)).isTrue();
        assertThat(vault.sealsWith(KEY)).isFalse();
        assertThat(vault.sealsWith("no key")).isFalse();
        assertThat(new KeyVault(OTHER, Optional.empty()).open("r", after)).contains("secret");
        assertThat(new KeyVault(KEY, Optional.empty()).open("r", after)).isEmpty();
    }

    @Test
    void fingerprintsOutliveTheKey() {
        String fingerprint = vault.fingerprint("a");
        String stored = vault.sealedFingerprintKey();

        KeyVault next = new KeyVault(OTHER, Optional.of(KEY));
        assertThat(next.takeFingerprintKey(stored)).isTrue();
        KeyVault last = new KeyVault(OTHER, Optional.empty());
        assertThat(last.takeFingerprintKey(next.sealedFingerprintKey())).isTrue();

        assertThat(next.fingerprint("a")).isEqualTo(fingerprint);
        assertThat(last.fingerprint("a")).isEqualTo(fingerprint);
        assertThat(last.takeFingerprintKey(stored)).isFalse();
        assertThat(last.fingerprint("a")).isEqualTo(fingerprint);
    }
}
