package dev.slicer.models;

import dev.slicer.models.fetching.ModelException;
import dev.slicer.models.hub.ModelReference;
import dev.slicer.roots.Roots;

/**
 * Base models that a request may name: {@code mbert}, {@code hf:organisation/name[@revision]}, and folders below some
 * others.
 *
 * @param roots below which the folders lie
 */
public record NamedModels(Roots roots) {
    /** @throws IllegalArgumentException where the reference is of no such form */
    public static void requireName(String reference) {
        if (!Roots.isName(reference)) {
            throw new IllegalArgumentException(
                    "this is no name of a base model: mbert, hf:organisation/name[@revision], or a "
                            + "folder below the trainer's folders of models, without .. and a / before it");
        }
        ModelReference.parse(reference);
    }

    /**
     * @throws IllegalArgumentException where the reference is of no such form
     * @throws ModelException where there is no folder of that name
     */
    public ModelReference find(String reference) {
        requireName(reference);
        ModelReference parsed = ModelReference.parse(reference);
        return parsed instanceof ModelReference.Local
                ? new ModelReference.Local(roots.folder(reference)
                        .orElseThrow(() -> new ModelException("there is no base model " + reference
                                + " below the trainer's folders of models; others are mbert and "
                                + "hf:organisation/name[@revision]")))
                : parsed;
    }
}
