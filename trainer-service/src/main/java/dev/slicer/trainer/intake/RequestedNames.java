package dev.slicer.trainer.intake;

import dev.slicer.corpus.NamedCorpora;
import dev.slicer.events.Benchmark;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.events.TrainingRequest;
import dev.slicer.models.NamedModels;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The names in a request, checked while its sender waits; one that comes by its topic fails when it is run. On the command
 * line, which runs as its user, the same request may have paths; the sender of a request to a trainer has no say over its files.
 */
final class RequestedNames {
    private RequestedNames() {}

    /** @throws InvalidEventException naming the field that is no name of a corpus or a base model */
    static void check(TrainingRequest request) {
        check("baseModel", request.baseModel(), NamedModels::requireName);
        request.train().forEach(corpus -> checkCorpus("train", corpus));
        request.benchmark().ifPresent(RequestedNames::check);
        request.attentionOn().forEach(corpus -> checkCorpus("attentionOn", corpus));
    }

    private static void check(Benchmark benchmark) {
        check("benchmark.test.", benchmark.test());
        check("benchmark.validation.", benchmark.validation());
    }

    private static void check(String field, Map<String, String> corpora) {
        corpora.forEach((language, corpus) -> checkCorpus(field + language, corpus));
    }

    private static void checkCorpus(String field, String corpus) {
        check(field, corpus, NamedCorpora::requireName);
    }

    private static void check(String field, String name, Consumer<String> rule) {
        try {
            rule.accept(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException(Reason.INVALID_VALUE, field + ": " + e.getMessage(), e);
        }
    }
}
