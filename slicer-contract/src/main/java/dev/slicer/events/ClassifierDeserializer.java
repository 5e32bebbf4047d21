package dev.slicer.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import java.io.IOException;
import java.util.Locale;

/** {@code trained} and {@code frozen} in any case, as people write them. */
final class ClassifierDeserializer extends StdDeserializer<ClassifierMode> {
    ClassifierDeserializer() {
        super(ClassifierMode.class);
    }

    @Override
    public ClassifierMode deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String given = parser.getText();
        for (ClassifierMode mode : ClassifierMode.values()) {
            if (mode.name().equals(given.toUpperCase(Locale.ROOT))) {
                return mode;
            }
        }
        return (ClassifierMode)
                context.handleWeirdStringValue(ClassifierMode.class, given, "it must be trained or frozen");
    }
}
