package dev.slicer.kafka.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Rights as commands of {@code kafka-acls.sh}, which Kafka comes with. */
public final class AclScript {
    private AclScript() {}

    /**
     * A command for each resource.
     *
     * @param before what stands between the program's name and the rights: brokers, and how to log in
     * @param principal as {@code User:trainer}
     */
    public static List<String> lines(String before, String principal, Collection<Right> rights) {
        Map<ResourcePattern, List<Right>> byResource = new LinkedHashMap<>();
        rights.forEach(right -> byResource
                .computeIfAbsent(right.resource(), first -> new ArrayList<>())
                .add(right));
        return byResource.entrySet().stream()
                .map(entry -> "kafka-acls.sh " + before + " --add --allow-principal " + quoted(principal) + " "
                        + entry.getValue().stream()
                                .map(right -> "--operation " + Right.words(right.operation()))
                                .collect(Collectors.joining(" "))
                        + " " + option(entry.getKey()))
                .toList();
    }

    private static String option(ResourcePattern resource) {
        String option = switch (resource.resourceType()) {
            case TOPIC -> "--topic " + quoted(resource.name());
            case GROUP -> "--group " + quoted(resource.name());
            case TRANSACTIONAL_ID -> "--transactional-id " + quoted(resource.name());
            default -> "--cluster";
        };
        return resource.resourceType() == ResourceType.CLUSTER
                ? option
                : option + " --resource-pattern-type "
                        + resource.patternType().name().toLowerCase(Locale.ROOT);
    }

    /** As a shell takes it for one word. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_.:/=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
