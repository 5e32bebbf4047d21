package dev.slicer.kafka.topics;

import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.access.MissingRights;
import dev.slicer.kafka.access.Right;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which of the rights that a service needs it has not, before its work fails for want of them and after. */
final class RightsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RightsWatch.class);

    private final Denials denials;
    private final List<Right> needed;
    private final Set<Right> told = new HashSet<>();
    private volatile List<String> lacking = List.of();

    RightsWatch(Denials denials, List<Right> needed) {
        this.denials = denials;
        this.needed = List.copyOf(needed);
    }

    List<String> lacking() {
        return lacking;
    }

    /** @throws ExecutionException where the broker does not answer */
    void look(Admin admin) throws InterruptedException, ExecutionException {
        if (needed.isEmpty()) {
            return;
        }
        List<Right> missing = new MissingRights(admin).of(needed);
        told.retainAll(missing);
        missing.stream()
                .filter(told::add)
                .forEach(right -> LOG.warn("{}, which this service needs (docs/acls.md)", denials.text(right)));
        lacking = missing.stream().map(denials::text).toList();
    }
}
