package dev.slicer.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.slicer.text.Word;
import java.io.IOException;

/** Two offsets, no more and no fewer: what is beyond would be ignored. */
final class WordDeserializer extends StdDeserializer<Word> {
    WordDeserializer() {
        super(Word.class);
    }

    @Override
    public Word deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.isExpectedStartArrayToken()) {
            throw noPair(parser);
        }
        int start = offset(parser, context);
        int end = offset(parser, context);
        if (parser.nextToken() != JsonToken.END_ARRAY) {
            throw noPair(parser);
        }
        try {
            return new Word(start, end);
        } catch (IllegalArgumentException e) {
            throw ValueInstantiationException.from(parser, e.getMessage(), context.constructType(Word.class), e);
        }
    }

    private static int offset(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.nextToken() == JsonToken.END_ARRAY) {
            throw noPair(parser);
        }
        return context.readValue(parser, int.class);
    }

    private static MismatchedInputException noPair(JsonParser parser) {
        return MismatchedInputException.from(parser, Word.class, "no pair");
    }
}
