package dev.slicer.service.testing;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidatorImpl;
import java.util.Map;

/** Settings as a service has them when it starts, validated. */
public final class Settings {
    private Settings() {}

    /** @throws io.smallrye.config.ConfigValidationException naming the keys of wrong values */
    public static <T> T of(Class<T> mapping, Map<String, String> values) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withValidator(new BeanValidationConfigValidatorImpl())
                // Of the system's properties only what defaults name: tests of whole services leave theirs behind.
                .withSources(new PropertiesConfigSource(
                        Map.of("java.io.tmpdir", System.getProperty("java.io.tmpdir")), "system", 400))
                .withSources(new PropertiesConfigSource(values, "test", 1000))
                .withMapping(mapping)
                .build();
        return config.getConfigMapping(mapping);
    }
}
