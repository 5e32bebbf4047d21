package dev.slicer.events.envelope;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A media type as RFC 9110, section 8.3.1, has it: neither its name nor the names of its parameters have case.
 *
 * @param name in lower case: {@code application/json}
 * @param parameters by name in lower case, values without quotes
 */
record MediaType(String name, Map<String, String> parameters) {
    static MediaType parse(String text) {
        String[] parts = text.split(";");
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("=", 2);
            String value = pair.length == 2 ? pair[1].strip() : "";
            boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
            parameters.put(lower(pair[0]), quoted ? value.substring(1, value.length() - 1) : value);
        }
        return new MediaType(lower(parts.length == 0 ? "" : parts[0]), parameters);
    }

    boolean isJson() {
        return name.equals("application/json") || name.matches("[^/]+/[^/]*\\+json") && !isOfCloudEvents();
    }

    /** Of an event whose context is in the value, in whatever form. */
    boolean isOfCloudEvents() {
        return name.startsWith("application/cloudevents");
    }

    /** Whether a text of this type is UTF-8, as it is where nothing is said. */
    boolean isUtf8() {
        String charset = parameters.getOrDefault("charset", "utf-8");
        return charset.equalsIgnoreCase("utf-8") || charset.equalsIgnoreCase("utf8");
    }

    private static String lower(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }
}
