package io.github.containersnap.vm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module (DESIGN §10). */
@AnalyzeClasses(
    packages = "io.github.containersnap.vm",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.containersnap.";

  @ArchTest
  static final ArchRule only_one_package_runs_containers =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "vm.container..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.testcontainers..", "com.github.dockerjava..");

  @ArchTest
  static final ArchRule machines_know_nothing_of_updates =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "engine..", ROOT + "adapter..", ROOT + "cli..");

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching(ROOT + "vm.(**)").should().beFreeOfCycles();
}
