package sidecar.access.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.util.Set;

/** Knows the two tokens of the environment. */
@ApplicationScoped
public class TokenStore implements IdentityStore {

    @Inject
    private AdminTokens tokens;

    @Override
    public CredentialValidationResult validate(Credential credential) {
        return credential instanceof TokenCredential shown
                ? tokens.roleOf(shown.token())
                        .map(role -> new CredentialValidationResult(role, Set.of(role)))
                        .orElse(CredentialValidationResult.INVALID_RESULT)
                : CredentialValidationResult.NOT_VALIDATED_RESULT;
    }
}
