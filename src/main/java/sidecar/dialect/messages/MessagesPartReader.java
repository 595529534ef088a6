package sidecar.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.FilePart;
import sidecar.dialect.request.ContentPart.ImagePart;
import sidecar.dialect.request.ContentPart.Media;
import sidecar.dialect.request.ContentPart.Media.InlineMedia;
import sidecar.dialect.request.ContentPart.Media.RemoteMedia;
import sidecar.dialect.request.ContentPart.Media.UploadedMedia;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.RequestObject;
import sidecar.json.Json;

/**
 * Reads the blocks that users and tools may send: {@code text}, {@code image}, {@code document}, {@code
 * search_result}.
 */
final class MessagesPartReader {

    private static final String CITATIONS = "citations";

    private final Losses losses;

    MessagesPartReader(Losses losses) {
        this.losses = losses;
    }

    /** The blocks of a member that may be a string as well, which is one block of text then. */
    static List<RequestObject> blocks(RequestObject holder, String name) throws InvalidRequestException {
        JsonNode content = holder.member(name)
                .filter(value -> value.isTextual() || value.isArray())
                .orElseThrow(() -> holder.invalid(name, "must be a string or an array of content blocks"));
        return content.isTextual()
                ? List.of(new RequestObject(Json.object().put("type", "text").set("text", content), holder.at(name)))
                : holder.objects(name);
    }

    /** The kind of a block. */
    static String kind(RequestObject block) throws InvalidRequestException {
        return block.requiredText("type");
    }

    /** The parts that a block holds; empty for a block of another kind. */
    Optional<List<ContentPart>> read(RequestObject block) throws InvalidRequestException {
        List<ContentPart> parts = new ArrayList<>();
        String kind = kind(block);
        switch (kind) {
            case "text" -> parts.add(new TextPart(block.requiredText("text")));
            case "image" -> readImage(block, parts);
            case "document" -> readDocument(block, parts);
            case "search_result" -> readSearchResult(block, parts);
            default -> {
                return Optional.empty();
            }
        }
        block.ignore(MessagesRequestReader.CACHE_CONTROL);
        readCitations(block);
        MessagesMemberLosses.addUnknown(block, losses);
        return Optional.of(parts);
    }

    private void readImage(RequestObject block, List<ContentPart> parts) throws InvalidRequestException {
        media(source(block))
                .ifPresentOrElse(
                        media -> parts.add(new ImagePart(media, Optional.empty())), () -> losses.changing("image"));
    }

    private void readDocument(RequestObject block, List<ContentPart> parts) throws InvalidRequestException {
        Optional<String> title = block.text("title");
        Optional<String> context = block.text("context");
        RequestObject source = source(block);
        String kind = kind(source);
        boolean text = kind.equals("text") || kind.equals("content");
        if (text) {
            title.ifPresent(said -> parts.add(new TextPart(said)));
        }
        context.ifPresent(said -> parts.add(new TextPart(said)));
        if (kind.equals("text")) {
            parts.add(new TextPart(source.requiredText("data")));
        } else if (kind.equals("content")) {
            parts.addAll(readAll(source, "content"));
        } else {
            media(source)
                    .ifPresentOrElse(media -> parts.add(new FilePart(media, title)), () -> losses.changing("document"));
        }
    }

    /** As text: where it was found, and what. */
    private void readSearchResult(RequestObject block, List<ContentPart> parts) throws InvalidRequestException {
        parts.add(new TextPart(block.requiredText("title") + '\n' + block.requiredText("source")));
        parts.addAll(readAll(block, "content"));
    }

    private List<ContentPart> readAll(RequestObject holder, String name) throws InvalidRequestException {
        List<ContentPart> parts = new ArrayList<>();
        for (RequestObject block : blocks(holder, name)) {
            read(block)
                    .ifPresentOrElse(
                            parts::addAll,
                            () -> losses.changing(block.node().path("type").asText()));
        }
        return parts;
    }

    private static RequestObject source(RequestObject block) throws InvalidRequestException {
        return block.object("source").orElseThrow(() -> block.invalid("source", "must be an object"));
    }

    /** Empty for a kind of source that is not known. */
    private static Optional<Media> media(RequestObject source) throws InvalidRequestException {
        return switch (kind(source)) {
            case "base64" ->
                Optional.of(new InlineMedia(source.requiredText("media_type"), source.requiredText("data")));
            case "url" -> Optional.of(new RemoteMedia(source.requiredText("url")));
            case "file" -> Optional.of(new UploadedMedia(source.requiredText("file_id")));
            default -> Optional.empty();
        };
    }

    /** Documents ask for citations with an object; a text's own are a list, which tells where it came from. */
    private void readCitations(RequestObject block) throws InvalidRequestException {
        if (block.member(CITATIONS).filter(JsonNode::isObject).isEmpty()) {
            if (MessagesMemberLosses.isSaid(block, CITATIONS)) {
                losses.harmless(MessagesMemberLosses.dottedPath(block, CITATIONS));
            }
        } else if (block.object(CITATIONS).orElseThrow().flag("enabled").orElse(false)) {
            losses.changing(MessagesMemberLosses.dottedPath(block, CITATIONS));
        }
    }
}
