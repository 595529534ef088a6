package sidecar.v2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class V2SecretsTest {

    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String OTHER = "fedcba9876543210".repeat(4);

    /** Made by Python's cryptography, as V2 did: {@code AESGCM(key).encrypt(nonce, secret, None)}. */
    private static final String SEALED =
            "000102030405060708090a0b" + ":ef72fb6d6fcaf2b24a70189da6388ff078fc254465feeb66ed8e76a01e7f0fd01697d4";

    @Test
    void whatV2SealedOpens() {
        assertThat(new V2Secrets(KEY, Optional.empty()).open(SEALED)).contains("nvapi-ключ-0001");
        assertThat(new V2Secrets(OTHER, Optional.of(KEY)).open(SEALED)).contains("nvapi-ключ-0001");
    }

    @Test
    void anotherKeyDoesNotOpenIt() {
        assertThat(new V2Secrets(OTHER, Optional.empty()).open(SEALED)).isEmpty();
    }

    @Test
    void aChangedTextDoesNotOpen() {
        assertThat(new V2Secrets(KEY, Optional.empty()).open(SEALED.replace("ef72", "ef73")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "x", "00:00", "zz:zz", "nvapi-plain", "a:b:c", "sk-ok-****9999"})
    void rubbishDoesNotOpen(String stored) {
        assertThat(new V2Secrets(KEY, Optional.empty()).open(stored)).isEmpty();
    }
}
