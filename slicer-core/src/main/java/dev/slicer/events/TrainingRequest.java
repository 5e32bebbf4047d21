package dev.slicer.events;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.slicer.training.Hyperparameters;
import java.util.List;
import java.util.Map;

/**
 * Asks for a fine-tuning run.
 *
 * @param jobId the sender's name for the run; asking again with the same id is the same run
 * @param baseModel a model reference as {@code mbert} (the default), {@code hf:<repository>} or a folder
 * @param train corpus references, trained on together, as {@code sample:en.train} or a file
 * @param labelMap renames entity types while reading; {@code O} drops a type
 * @param types entity types to learn, default PER, ORG, LOC
 * @param hyperparameters those left out have the paper's values
 */
public record TrainingRequest(
        String jobId,
        String baseModel,
        List<String> train,
        Map<String, String> labelMap,
        List<String> types,

        @JsonDeserialize(using = HyperparametersDeserializer.class)
        Hyperparameters hyperparameters)
        implements Event {

    public TrainingRequest {
        Require.notBlank("jobId", jobId);
        baseModel = baseModel == null ? "mbert" : Require.notBlank("baseModel", baseModel);
        Require.notEmpty("train", train);
        train = List.copyOf(train);
        train.forEach(corpus -> Require.notBlank("train", corpus));
        labelMap = labelMap == null ? Map.of() : Map.copyOf(labelMap);
        types = types == null ? List.of("PER", "ORG", "LOC") : List.copyOf(types);
        Require.notEmpty("types", types);
        types.forEach(type -> Require.notBlank("types", type));
        hyperparameters = hyperparameters == null ? Hyperparameters.paper() : hyperparameters;
    }

    @Override
    public String key() {
        return jobId;
    }
}
