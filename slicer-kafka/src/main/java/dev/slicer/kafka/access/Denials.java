package dev.slicer.kafka.access;

import dev.slicer.kafka.security.Identity;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Says what a broker denies: who lacks which right on what. Kafka's own words have seldom more than one of these.
 *
 * @param principal whom the broker takes the client for
 */
public record Denials(String principal) {
    /** Of a client with these settings. */
    public static Denials of(Map<String, ?> settings) {
        return new Denials(Identity.of(settings));
    }

    /** @param name of the resource */
    public String text(AclOperation operation, ResourceType type, String name) {
        return principal + " lacks the right " + Right.words(operation, type, name);
    }

    public String text(Right right) {
        return principal + " lacks the right " + right;
    }

    /**
     * A failure of the same type that says what was denied; the same one where nothing was.
     *
     * @param tried what was tried, in the words of the table; on topics and groups that the failure does not name
     */
    public RuntimeException named(RuntimeException failure, Right tried) {
        if (failure instanceof TopicAuthorizationException topics) {
            TreeSet<String> names = new TreeSet<>(topics.unauthorizedTopics());
            boolean isTopic = tried.resource().resourceType() == ResourceType.TOPIC;
            String text = names.isEmpty()
                    ? text(tried)
                    : names.stream()
                            .map(name ->
                                    text(isTopic ? tried.operation() : AclOperation.WRITE, ResourceType.TOPIC, name))
                            .collect(Collectors.joining("; "));
            return caused(new TopicAuthorizationException(text, topics.unauthorizedTopics()), failure);
        } else if (failure instanceof GroupAuthorizationException group) {
            String name =
                    Optional.ofNullable(group.groupId()).orElse(tried.resource().name());
            boolean isGroup = tried.resource().resourceType() == ResourceType.GROUP;
            String text = text(isGroup ? tried.operation() : AclOperation.READ, ResourceType.GROUP, name);
            return caused(new GroupAuthorizationException(text, name), failure);
        } else if (failure instanceof TransactionalIdAuthorizationException) {
            return caused(new TransactionalIdAuthorizationException(text(tried)), failure);
        } else if (failure instanceof ClusterAuthorizationException) {
            return caused(new ClusterAuthorizationException(text(tried)), failure);
        } else if (failure instanceof KafkaException && failure.getCause() instanceof AuthorizationException cause) {
            return named(cause, tried);
        }
        return failure;
    }

    private static RuntimeException caused(RuntimeException named, RuntimeException failure) {
        named.initCause(failure);
        return named;
    }

    /** Has what is denied on the way named. */
    public <T> T naming(Right tried, Supplier<T> work) {
        try {
            return work.get();
        } catch (KafkaException failure) {
            throw named(failure, tried);
        }
    }
}
