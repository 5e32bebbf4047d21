package dev.slicer.kafka.access;

import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * An operation on a resource.
 *
 * @param resource the name of a prefixed one is what names begin with
 */
public record Right(ResourcePattern resource, AclOperation operation, Need need) {
    /** When a right is needed. */
    public enum Need {
        ALWAYS,
        /** Until topics and groups are as they must be, which an operator may see to instead. */
        FIRST_START,
        /** Never; without it something is left undone. */
        WELCOME
    }

    /** Of a resource by its whole name. */
    public static Right on(ResourceType type, String name, AclOperation operation) {
        return of(type, name, PatternType.LITERAL, operation, Need.ALWAYS);
    }

    static Right of(ResourceType type, String name, PatternType pattern, AclOperation operation, Need need) {
        return new Right(new ResourcePattern(type, name, pattern), operation, need);
    }

    /** @param principal as {@code User:trainer} */
    public AclBinding binding(String principal) {
        return new AclBinding(resource, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    public boolean isPrefixed() {
        return resource.patternType() == PatternType.PREFIXED;
    }

    /** In words: {@code Read on topic slicer.documents}. */
    @Override
    public String toString() {
        return words(operation, resource.resourceType(), resource.name()) + (isPrefixed() ? "…" : "");
    }

    static String words(AclOperation operation, ResourceType type, String name) {
        return words(operation) + " on "
                + switch (type) {
                    case TOPIC -> "topic " + name;
                    case GROUP -> "group " + name;
                    case TRANSACTIONAL_ID -> "transactional id " + name;
                    case CLUSTER -> "the cluster";
                    default -> type + " " + name;
                };
    }

    /** As Kafka's tools and documents spell it: {@code DescribeConfigs}. */
    static String words(AclOperation operation) {
        StringBuilder words = new StringBuilder();
        for (String word : operation.name().split("_")) {
            words.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return words.toString();
    }
}
