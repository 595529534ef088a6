package sidecar.console.edge;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import sidecar.console.Saved;
import sidecar.json.FieldError;

/**
 * What a page says of the results of changes. To be used while a page is being answered.
 *
 * @param taken key of the text for a value that is another's already; empty to say the core's reason
 * @param gone key of the text for what is not there any more; empty where that cannot be
 * @param clientId of the input that a field came from, as of {@link PageMessages#refused}
 */
public record SavedMessages(Optional<String> taken, Optional<String> gone, UnaryOperator<String> clientId) {

    /** Of a form with these inputs. */
    public static SavedMessages at(UnaryOperator<String> clientId) {
        return new SavedMessages(Optional.empty(), Optional.empty(), clientId);
    }

    /** The same with the page's own text for a conflict. */
    public SavedMessages taken(String key) {
        return new SavedMessages(Optional.of(key), gone, clientId);
    }

    /** The same with a text for what is not there any more. */
    public SavedMessages gone(String key) {
        return new SavedMessages(taken, Optional.of(key), clientId);
    }

    /**
     * Says that it worked, in the text of {@code key}, and what warns of it; or, at its input, why it did not.
     *
     * @param name fills in that text
     * @return what was stored; empty when it was refused
     */
    public <T> Optional<T> show(Saved<T> saved, String key, Function<? super T, String> name) {
        if (saved instanceof Saved.Stored<T> stored) {
            PageMessages.done(key, name.apply(stored.value()));
            stored.warnings().forEach(PageMessages::warn);
        } else {
            PageMessages.refused(errors(saved), clientId);
        }
        return saved.toOptional();
    }

    /** Why something was not stored, in the language of the view where the texts are the page's; empty when it was. */
    public List<FieldError> errors(Saved<?> saved) {
        return saved.fold(
                (value, warnings) -> List.of(),
                invalid -> invalid,
                conflict -> List.of(conflict.taken()
                        .flatMap(value -> taken.map(key -> UiMessages.of(key, value)))
                        .map(text -> new FieldError(conflict.error().field(), text))
                        .orElse(conflict.error())),
                () -> List.of(new FieldError("", UiMessages.of(gone.orElseThrow()))));
    }
}
