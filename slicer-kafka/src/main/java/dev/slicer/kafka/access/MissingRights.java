package dev.slicer.kafka.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Asks a broker which rights its client has not. What is not there, as a group before its first member, cannot be asked for more
 * than whether the client may see it.
 */
public final class MissingRights {
    private final Admin admin;

    public MissingRights(Admin admin) {
        this.admin = admin;
    }

    /**
     * @param needed rights, in any order
     * @return those of them that the client surely lacks, in the same order
     * @throws ExecutionException where the broker does not answer
     */
    public List<Right> of(Collection<Right> needed) throws InterruptedException, ExecutionException {
        Map<ResourcePattern, List<Right>> byResource = new LinkedHashMap<>();
        needed.forEach(right -> byResource
                .computeIfAbsent(right.resource(), first -> new ArrayList<>())
                .add(right));
        Map<ResourcePattern, Optional<Set<AclOperation>>> allowed = new HashMap<>();
        topics(byResource.keySet(), allowed);
        groups(byResource.keySet(), allowed);
        for (ResourcePattern resource : byResource.keySet()) {
            if (resource.resourceType() == ResourceType.TRANSACTIONAL_ID) {
                allowed.put(
                        resource,
                        allowed(
                                admin.describeTransactions(List.of(resource.name()))
                                        .description(resource.name()),
                                TransactionalIdNotFoundException.class,
                                seen -> Set.of(AclOperation.ALL)));
            } else if (resource.resourceType() == ResourceType.CLUSTER) {
                allowed.put(
                        resource,
                        Optional.of(
                                admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                                        .authorizedOperations()
                                        .get()));
            }
        }
        return needed.stream()
                .filter(right -> allowed.getOrDefault(right.resource(), Optional.empty())
                        .filter(operations ->
                                !operations.contains(right.operation()) && !operations.contains(AclOperation.ALL))
                        .isPresent())
                .toList();
    }

    /** Of those that there are; one stands for all whose names begin alike. */
    private void topics(Set<ResourcePattern> resources, Map<ResourcePattern, Optional<Set<AclOperation>>> allowed)
            throws InterruptedException, ExecutionException {
        Map<ResourcePattern, String> names = new HashMap<>();
        Set<String> seen = admin.listTopics().names().get();
        for (ResourcePattern resource : resources) {
            if (resource.resourceType() == ResourceType.TOPIC) {
                name(resource, seen).ifPresent(name -> names.put(resource, name));
            }
        }
        Map<String, KafkaFuture<TopicDescription>> described = admin.describeTopics(
                        Set.copyOf(names.values()), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        for (Map.Entry<ResourcePattern, String> entry : names.entrySet()) {
            allowed.put(
                    entry.getKey(),
                    allowed(
                            described.get(entry.getValue()),
                            UnknownTopicOrPartitionException.class,
                            TopicDescription::authorizedOperations));
        }
    }

    private static Optional<String> name(ResourcePattern resource, Set<String> seen) {
        return switch (resource.patternType()) {
            case LITERAL -> Optional.of(resource.name());
            default ->
                seen.stream()
                        .filter(topic -> topic.startsWith(resource.name()))
                        .sorted()
                        .findFirst();
        };
    }

    private void groups(Set<ResourcePattern> resources, Map<ResourcePattern, Optional<Set<AclOperation>>> allowed)
            throws InterruptedException, ExecutionException {
        for (ResourcePattern resource : resources) {
            if (resource.resourceType() == ResourceType.GROUP) {
                KafkaFuture<ConsumerGroupDescription> described = admin.describeConsumerGroups(
                                List.of(resource.name()),
                                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                        .describedGroups()
                        .get(resource.name());
                allowed.put(
                        resource,
                        allowed(
                                described,
                                GroupIdNotFoundException.class,
                                ConsumerGroupDescription::authorizedOperations));
            }
        }
    }

    /** Empty where there is no such thing; no operation where the client may not see it. */
    private static <T> Optional<Set<AclOperation>> allowed(
            KafkaFuture<T> described, Class<? extends Exception> absent, Function<T, Set<AclOperation>> operations)
            throws InterruptedException, ExecutionException {
        try {
            return Optional.of(operations.apply(described.get()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.of(Set.of());
            } else if (absent.isInstance(e.getCause())) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
