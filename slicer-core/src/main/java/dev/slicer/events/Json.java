package dev.slicer.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.text.Word;
import dev.slicer.training.Hyperparameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** JSON as Slicer reads and writes it everywhere. */
public final class Json {
    private static final ObjectMapper MAPPER = base().addModule(new SimpleModule("slicer")
                    .addDeserializer(Hyperparameters.class, new HyperparametersDeserializer(base().build())))
            .build();

    private Json() {}

    /** The one mapper; it is shared, so not to be reconfigured. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /**
     * @param json UTF-8; null, as in a Kafka tombstone, is no event
     * @throws InvalidEventException saying what is wrong, and where in the JSON
     */
    public static <T> T read(byte[] json, Class<T> type) {
        if (json == null || json.length == 0) {
            throw new InvalidEventException(Reason.NOT_JSON, "the record has no value");
        }
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new InvalidEventException(Reason.WRONG_TYPE, "the value is null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw invalid(e);
        } catch (IOException e) {
            // What is left of IOException when reading from memory: bytes that are no UTF-8.
            throw new InvalidEventException(Reason.NOT_JSON, "not JSON: " + e.getMessage(), e);
        }
    }

    /** What is wrong with some JSON in words for the one who sent it, instead of in Jackson's. */
    public static InvalidEventException invalid(JsonProcessingException problem) {
        if (problem instanceof ValueInstantiationException
                && problem.getCause() instanceof IllegalArgumentException e) {
            return new InvalidEventException(Reason.INVALID_VALUE, at(problem) + e.getMessage(), problem);
        }
        if (problem instanceof JsonParseException || problem.getCause() instanceof IOException) {
            // Among the causes of a mapping problem only the parser's own are I/O: bytes that are no JSON or no UTF-8.
            return new InvalidEventException(
                    Reason.NOT_JSON, "not JSON: " + problem.getOriginalMessage() + position(problem), problem);
        }
        return new InvalidEventException(
                Reason.WRONG_TYPE, at(problem) + problem.getOriginalMessage() + position(problem), problem);
    }

    private static String at(JsonProcessingException problem) {
        if (!(problem instanceof JsonMappingException mapping)
                || mapping.getPath().isEmpty()) {
            return "";
        }
        return mapping.getPath().stream()
                        .map(step ->
                                step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                        .collect(Collectors.joining())
                        .substring(mapping.getPath().get(0).getFieldName() == null ? 0 : 1)
                + ": ";
    }

    private static String position(JsonProcessingException problem) {
        return problem.getLocation() == null
                ? ""
                : " (line " + problem.getLocation().getLineNr() + ", column "
                        + problem.getLocation().getColumnNr() + ")";
    }

    private static JsonMapper.Builder base() {
        return JsonMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addMixIn(Word.class, WordAsPair.class)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                // A number where a text belongs is a mistake of the sender, not a text.
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        coercion -> coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    }

    /** {@code [start, end]}. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"start", "end"})
    private interface WordAsPair {}
}
