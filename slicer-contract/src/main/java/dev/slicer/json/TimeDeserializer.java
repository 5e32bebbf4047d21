package dev.slicer.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.time.Instant;

/** Text with a date, as the schemas say: a number could mean seconds to one sender and milliseconds to the next. */
final class TimeDeserializer extends StdDeserializer<Instant> {
    TimeDeserializer() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            return (Instant) context.handleUnexpectedToken(Instant.class, parser);
        }
        if (parser.getText().matches("[0-9.]+")) {
            return (Instant) context.handleWeirdStringValue(Instant.class, parser.getText(), "a number");
        }
        return InstantDeserializer.INSTANT.deserialize(parser, context);
    }
}
