package dev.slicer.service.config;

import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Right.Need;
import dev.slicer.kafka.access.Task;
import java.util.Collection;
import java.util.List;

/** Rights on the brokers without any of which a service cannot do its work, as it is configured; each service gives its own. */
public record NeededRights(List<Right> rights) {
    public NeededRights {
        rights = List.copyOf(rights);
    }

    /** @param tasks that the service has, as it is configured */
    public static NeededRights of(Access access, Collection<Task> tasks) {
        return new NeededRights(access.of(tasks).stream()
                .filter(right -> right.need() == Need.ALWAYS)
                .toList());
    }
}
