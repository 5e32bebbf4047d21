package dev.slicer.service.config;

import dev.slicer.kafka.topics.Retention;
import org.eclipse.microprofile.config.spi.Converter;

/** Says what is wrong with a value, which the conversion by a type's own methods does not. */
public final class RetentionConverter implements Converter<Retention> {
    private static final long serialVersionUID = 1;

    @Override
    public Retention convert(String value) {
        return value.isBlank() ? null : Retention.parse(value);
    }
}
