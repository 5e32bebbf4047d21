package dev.slicer.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.slicer.json.JsonProblem;
import dev.slicer.text.Quote;
import dev.slicer.text.Utf8Lines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON Lines: an object a line with {@code tokens} (texts) and {@code ner_tags} (tags, or numbers that the label map
 * names); other fields are not read.
 */
final class JsonLinesFormat {
    private static final JsonFactory JSON = new JsonFactory();

    private final String file;
    private final LabelMap labels;

    private JsonLinesFormat(String file, LabelMap labels) {
        this.file = file;
        this.labels = labels;
    }

    static LabelledWords read(String file, Utf8Lines lines, LabelMap labels) throws IOException {
        JsonLinesFormat format = new JsonLinesFormat(file, labels);
        List<Sentence> sentences = new ArrayList<>();
        Map<String, Integer> lineOfLabel = new LinkedHashMap<>();
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (!line.get().isBlank()) {
                Sentence sentence = format.sentence(line.get(), lines.number());
                sentence.tags().forEach(label -> lineOfLabel.putIfAbsent(label, lines.number()));
                sentences.add(sentence);
            }
        }
        return new LabelledWords(sentences, lineOfLabel);
    }

    private Sentence sentence(String line, int number) throws IOException {
        Optional<List<String>> tokens = Optional.empty();
        Optional<List<String>> tags = Optional.empty();
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CorpusException(file, number, "expected a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "tokens" -> tokens = Optional.of(texts(parser, field, number));
                    case "ner_tags" -> tags = Optional.of(texts(parser, field, number));
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new CorpusException(file, number, "more than one JSON value in the line");
            }
        } catch (JsonProcessingException e) {
            throw new CorpusException(
                    file, number, "not JSON: " + JsonProblem.ofLine(e).message());
        }
        return sentence(
                tokens.orElseThrow(() -> new CorpusException(file, number, "no field 'tokens'")),
                tags.orElseThrow(() -> new CorpusException(file, number, "no field 'ner_tags'")),
                number);
    }

    private Sentence sentence(List<String> tokens, List<String> tags, int number) {
        if (tokens.size() != tags.size()) {
            throw new CorpusException(file, number, tokens.size() + " tokens but " + tags.size() + " ner_tags");
        }
        if (tokens.isEmpty()) {
            throw new CorpusException(file, number, "no tokens");
        }
        if (tokens.contains("")) {
            throw new CorpusException(file, number, "token " + (tokens.indexOf("") + 1) + " is empty");
        }
        return new Sentence(tokens, tags);
    }

    private List<String> texts(JsonParser parser, String field, int number) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new CorpusException(file, number, "'" + field + "' is no array");
        }
        List<String> texts = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_STRING) {
                texts.add(parser.getText());
            } else if (token == JsonToken.VALUE_NUMBER_INT && field.equals("ner_tags")) {
                texts.add(tagOfNumber(parser.getIntValue(), number));
            } else {
                throw CorpusException.quoting(
                        file,
                        number,
                        "'" + field + "' holds " + Quote.shortened(parser.getText()),
                        "'" + field + "' holds something else than texts");
            }
        }
        return texts;
    }

    private String tagOfNumber(int tag, int number) {
        return labels.tagOfNumber(tag)
                .orElseThrow(() -> CorpusException.quoting(
                        file,
                        number,
                        "tag " + tag + " is a number; say in the label map what it stands for, as in " + tag + "=B-PER",
                        "a tag is a number; say in the label map what it stands for, as in 1=B-PER"));
    }
}
