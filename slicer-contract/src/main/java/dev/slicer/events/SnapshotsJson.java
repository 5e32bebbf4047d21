package dev.slicer.events;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.slicer.hyperparameters.Snapshots;
import java.io.IOException;

/** {@code "none"}, {@code "epoch"}, or a number of steps, which may be written as a number. */
final class SnapshotsJson {
    private SnapshotsJson() {}

    static final class Serializer extends StdSerializer<Snapshots> {
        Serializer() {
            super(Snapshots.class);
        }

        @Override
        public void serialize(Snapshots value, JsonGenerator generator, SerializerProvider provider)
                throws IOException {
            generator.writeString(value.text());
        }
    }

    static final class Deserializer extends StdDeserializer<Snapshots> {
        Deserializer() {
            super(Snapshots.class);
        }

        @Override
        public Snapshots deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode given = context.readTree(parser);
            try {
                return Snapshots.parse(given.isIntegralNumber() ? given.toString() : given.asText());
            } catch (IllegalArgumentException e) {
                throw ValueInstantiationException.from(parser, e.getMessage(), context.constructType(_valueClass), e);
            }
        }
    }
}
