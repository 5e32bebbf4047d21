package dev.slicer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.analysis.SelfAttention;
import dev.slicer.architecture.ShippedClasses;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.WeightAverage;
import dev.slicer.experiments.ModelEngine;
import dev.slicer.experiments.RunScorer;
import dev.slicer.jobs.CheckpointAverage;
import dev.slicer.jobs.Provenance;
import dev.slicer.models.ModelStore;
import dev.slicer.tagging.EntityBorders;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.FineTuning;
import java.util.Map;

@AnalyzeClasses(packages = "dev.slicer", importOptions = ShippedClasses.class)
class ExperimentsArchitectureTest {
    private static final String[] PACKAGES = {
        "dev.slicer.jobs..", "dev.slicer.experiments..", "dev.slicer.analysis..", "dev.slicer.charts.."
    };

    /** Where a model is loaded, trained or fetched. */
    private static final Map<Class<?>, String> USES_OF_A_MODEL = Map.of(
            FineTuning.class, "run",
            Tagger.class, "open",
            EntityBorders.class, "of",
            SelfAttention.class, "measure",
            ModelStore.class, "resolve");

    @ArchTest
    static final ArchRule shouldBeAPlainLibrary = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..", "org.apache.kafka..", "io.micrometer..");

    @ArchTest
    static final ArchRule shouldMeetNoTensor = noClasses()
            .that()
            .resideInAnyPackage(PACKAGES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..");

    @ArchTest
    static final ArchRule shouldRunJobsAboveExperimentsAndExperimentsAboveMeasurementsAndCharts = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("jobs")
            .definedBy("dev.slicer.jobs..")
            .layer("experiments")
            .definedBy("dev.slicer.experiments..")
            .layer("analysis")
            .definedBy("dev.slicer.analysis..")
            .layer("charts")
            .definedBy("dev.slicer.charts..")
            .whereLayer("jobs")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("experiments")
            .mayOnlyBeAccessedByLayers("jobs")
            .whereLayer("analysis")
            .mayOnlyBeAccessedByLayers("jobs", "experiments")
            .whereLayer("charts")
            .mayOnlyBeAccessedByLayers("experiments");

    @ArchTest
    static final ArchRule shouldReachModelsThroughTheEngineAlone = noClasses()
            .that()
            .resideInAnyPackage("dev.slicer.jobs..", "dev.slicer.experiments..")
            .and()
            .doNotBelongToAnyOf(ModelEngine.class)
            .should()
            .callMethodWhere(DescribedPredicate.describe("it uses a model", ExperimentsArchitectureTest::usesAModel));

    private static boolean usesAModel(JavaCall<?> call) {
        return USES_OF_A_MODEL.entrySet().stream()
                .anyMatch(use -> call.getTargetOwner().isEquivalentTo(use.getKey())
                        && call.getName().equals(use.getValue()));
    }

    @ArchTest
    static final ArchRule shouldMakeManifestsInOnePlace = noClasses()
            .that()
            .resideInAnyPackage(PACKAGES)
            .and()
            .doNotBelongToAnyOf(Provenance.class)
            .should()
            .callConstructorWhere(DescribedPredicate.describe(
                    "it makes a manifest", call -> call.getTargetOwner().isEquivalentTo(Manifest.class)));

    /** Beside the average that becomes a checkpoint there is the one that a run is scored by and that nobody keeps. */
    @ArchTest
    static final ArchRule shouldAverageWeightsInTwoPlacesAtMost = noClasses()
            .that()
            .doNotBelongToAnyOf(CheckpointAverage.class, RunScorer.class)
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "it averages weights",
                    call -> call.getTargetOwner().isEquivalentTo(WeightAverage.class)
                            && call.getName().equals("write")));

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.(*)..").should().beFreeOfCycles();
}
