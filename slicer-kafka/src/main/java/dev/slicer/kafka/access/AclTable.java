package dev.slicer.kafka.access;

import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Right.Need;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.ResourcePattern;

/** The rights of all grantees as tables of a document, with the topics' usual prefix. */
final class AclTable {
    private final Access access = new Access(Topics.defaults());

    /** What a row has, but its operations. */
    private record Row(ResourcePattern resource, List<Task> tasks, Need need) {}

    /** A table for each grantee, with its name as a heading. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Grantee grantee : Grantee.values()) {
            Map<Row, List<String>> rows = new LinkedHashMap<>();
            for (Right right : access.of(grantee)) {
                rows.computeIfAbsent(
                                new Row(right.resource(), access.tasks(grantee, right), right.need()),
                                first -> new ArrayList<>())
                        .add(Right.words(right.operation()));
            }
            text.append("### ").append(grantee.label()).append("\n\n");
            text.append("For ").append(grantee.who()).append(".\n\n");
            text.append("| resource | operations | when | for |\n|---|---|---|---|\n");
            rows.forEach((row, operations) -> text.append("| ")
                    .append(resource(row.resource()))
                    .append(" | ")
                    .append(String.join(", ", operations))
                    .append(" | ")
                    .append(when(row.need()))
                    .append(" | ")
                    .append(row.tasks().stream().map(Task::purpose).collect(Collectors.joining("; ")))
                    .append(" |\n"));
            text.append('\n');
        }
        return text.toString();
    }

    private static String resource(ResourcePattern resource) {
        return switch (resource.resourceType()) {
            case TOPIC -> "topic" + name(resource);
            case GROUP -> "group" + name(resource);
            case TRANSACTIONAL_ID -> "transactional id" + name(resource);
            default -> "cluster";
        };
    }

    private static String name(ResourcePattern resource) {
        return " `" + resource.name()
                + switch (resource.patternType()) {
                    case PREFIXED -> "…`";
                    default -> "`";
                };
    }

    private static String when(Need need) {
        return switch (need) {
            case ALWAYS -> "always";
            case FIRST_START -> "until it is as it must be";
            case WELCOME -> "if you like";
        };
    }
}
