package dev.slicer.service.http;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The methods that resources offer at an address, which an answer that refuses another one has to name (RFC 9110, 15.5.6). */
@Singleton
class OfferedMethods {
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

    /** @param at addresses */
    private record Offer(Pattern at, String method) {}

    private final List<Offer> offers = new ArrayList<>();

    @Inject
    OfferedMethods(BeanManager beans) {
        for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
            Class<?> resource = bean.getBeanClass();
            if (resource.isAnnotationPresent(Path.class)) {
                Arrays.stream(resource.getDeclaredMethods())
                        .forEach(method -> verb(method).ifPresent(verb -> offers.add(new Offer(at(method), verb))));
            }
        }
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .flatMap(type -> Optional.ofNullable(type.getAnnotation(HttpMethod.class)).stream())
                .map(HttpMethod::value)
                .findFirst();
    }

    private static Pattern at(Method method) {
        String path =
                part(method.getDeclaringClass().getAnnotation(Path.class)) + part(method.getAnnotation(Path.class));
        return Pattern.compile(
                Arrays.stream(PARAMETER.split(path, -1)).map(Pattern::quote).collect(Collectors.joining("[^/]+"))
                        + "/?");
    }

    private static String part(Path path) {
        String stripped = path == null ? "" : path.value().replaceAll("^/+|/+$", "");
        return stripped.isEmpty() ? "" : "/" + stripped;
    }

    SortedSet<String> at(String path) {
        return offers.stream()
                .filter(offer -> offer.at().matcher(path).matches())
                .map(Offer::method)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
