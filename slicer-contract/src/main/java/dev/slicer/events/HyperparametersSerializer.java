package dev.slicer.events;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.SliceSize;
import dev.slicer.json.Json;
import java.io.IOException;

/** Writes all hyperparameters, h also where it is {@code standard}: what is left out has a default. */
final class HyperparametersSerializer extends StdSerializer<Hyperparameters> {
    HyperparametersSerializer() {
        super(Hyperparameters.class);
    }

    @Override
    public void serialize(Hyperparameters value, JsonGenerator generator, SerializerProvider provider)
            throws IOException {
        ObjectNode all = Json.mapper().valueToTree(value);
        all.set("h", Json.mapper().valueToTree(new SliceSize(value.h())));
        generator.writeTree(all);
    }
}
