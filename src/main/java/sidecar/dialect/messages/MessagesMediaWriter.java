package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.FilePart;
import sidecar.dialect.request.ContentPart.ImagePart;
import sidecar.dialect.request.ContentPart.Media;
import sidecar.dialect.request.ContentPart.Media.InlineMedia;
import sidecar.dialect.request.ContentPart.Media.RemoteMedia;
import sidecar.dialect.request.Losses;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

/** Writes pictures and documents as Anthropic's blocks. Not thread-safe. */
final class MessagesMediaWriter {

    /** Pictures of other types are refused; they are lost by the name of their type. */
    static final Set<String> IMAGE_TYPES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

    private static final String PDF = "application/pdf";
    private static final String JSON = "application/json";

    private final Losses losses;

    MessagesMediaWriter(Losses losses) {
        this.losses = losses;
    }

    /** The block of a picture or a document; empty where Anthropic takes none of that kind. */
    Optional<ObjectNode> block(ContentPart part) {
        if (part instanceof ImagePart image) {
            if (image.detail().filter(detail -> !detail.equals("auto")).isPresent()) {
                losses.harmless("detail");
            }
            return imageSource(image.media()).map(source -> block("image", source));
        }
        if (part instanceof FilePart file) {
            Optional<ObjectNode> document = documentSource(file.media()).map(source -> block("document", source));
            file.name().ifPresent(name -> document.ifPresent(block -> block.put("title", name)));
            return document;
        }
        return Optional.empty();
    }

    private static ObjectNode block(String type, ObjectNode source) {
        return Json.object().put("type", type).set("source", source);
    }

    private Optional<ObjectNode> imageSource(Media media) {
        if (media instanceof InlineMedia inline) {
            return IMAGE_TYPES.contains(inline.mediaType())
                    ? Optional.of(source("base64", inline.mediaType(), inline.base64()))
                    : lost(inline.mediaType());
        }
        return remoteSource(media);
    }

    private Optional<ObjectNode> documentSource(Media media) {
        if (!(media instanceof InlineMedia inline)) {
            return remoteSource(media);
        }
        if (inline.mediaType().equals(PDF)) {
            return Optional.of(source("base64", PDF, inline.base64()));
        }
        Optional<ObjectNode> text =
                inline.mediaType().startsWith("text/") || inline.mediaType().equals(JSON)
                        ? decoded(inline.base64()).map(decoded -> source("text", "text/plain", decoded))
                        : Optional.empty();
        return text.isPresent() ? text : lost(inline.mediaType());
    }

    private Optional<ObjectNode> remoteSource(Media media) {
        return media instanceof RemoteMedia remote
                ? Optional.of(Json.object().put("type", "url").put("url", remote.url()))
                : lost("file_id");
    }

    private Optional<ObjectNode> lost(String name) {
        losses.changing(name);
        return Optional.empty();
    }

    private static ObjectNode source(String type, String mediaType, String data) {
        return Json.object().put("type", type).put("media_type", mediaType).put("data", data);
    }

    /** Empty where it is not the base64 of a text in UTF-8 that says something. */
    private static Optional<String> decoded(String base64) {
        try {
            byte[] utf8 = Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1));
            return Optional.of(Json.text(utf8)).filter(text -> !text.isBlank());
        } catch (IllegalArgumentException | MalformedJsonException notText) {
            return Optional.empty();
        }
    }
}
