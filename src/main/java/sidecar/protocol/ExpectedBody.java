package sidecar.protocol;

import java.util.function.Predicate;
import sidecar.protocol.ResponseJson.Finding;

/**
 * What the body of a success must hold; else it is none, and the attempt has failed. Immutable.
 *
 * @param unchecked whether it may hold whatever comes
 * @param mustBeJson whether it must be a JSON object
 * @param mayBeEmpty whether nothing at all is an answer too, where the head does not promise JSON: a transcript of silence in plain text
 * @param answered whether a JSON object holds an answer
 */
public record ExpectedBody(
        boolean unchecked, boolean mustBeJson, boolean mayBeEmpty, Predicate<ResponseJson> answered) {

    /** What the paths do whose answers we know: choices, data, content, output. */
    public static final ExpectedBody KNOWN = new ExpectedBody(false, true, false, json -> json.holds(Finding.ANSWER));

    /** Something that is not an error: images, sound, text, results. */
    public static final ExpectedBody SOMETHING = new ExpectedBody(
            false,
            false,
            true,
            json -> json.holds(Finding.ANSWER) || (json.holds(Finding.OTHER) && !json.holds(Finding.ERROR)));

    /** Whatever comes. */
    public static final ExpectedBody ANY = new ExpectedBody(true, false, true, json -> true);
}
