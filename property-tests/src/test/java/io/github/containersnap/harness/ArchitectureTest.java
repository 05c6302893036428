package io.github.containersnap.harness;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module, and in all that it stands on (DESIGN §10). */
@AnalyzeClasses(
    packages = "io.github.containersnap",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.containersnap.";
  private static final String HARNESS = ROOT + "harness.";

  /** The gate, which also may, is of another module. */
  @ArchTest
  static final ArchRule only_updaters_know_mutants =
      noClasses()
          .that()
          .resideOutsideOfPackages(HARNESS + "mutant..", HARNESS + "updater..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(HARNESS + "mutant..");

  @ArchTest
  static final ArchRule properties_stand_alone =
      classes()
          .that()
          .resideInAnyPackage(HARNESS + "property..", HARNESS + "view..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              HARNESS + "property..",
              HARNESS + "view..",
              ROOT + "tree..",
              "java..",
              "org.jspecify.annotations..");

  /** So that what it says of a menu owes nothing to the code that writes menus. */
  @ArchTest
  static final ArchRule grub_knows_nothing_of_the_engine =
      classes()
          .that()
          .resideInAPackage(HARNESS + "grub..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              HARNESS + "grub..", HARNESS + "view..", "java..", "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule a_registry_knows_no_updaters =
      noClasses()
          .that()
          .resideInAPackage(HARNESS + "registry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "engine..",
              HARNESS + "experiment..",
              HARNESS + "fault..",
              HARNESS + "mutant..",
              HARNESS + "oracle..",
              HARNESS + "property..",
              HARNESS + "sweep..",
              HARNESS + "updater..");

  @ArchTest
  static final ArchRule only_histories_know_worlds =
      noClasses()
          .that()
          .resideOutsideOfPackages(HARNESS + "world..", HARNESS + "history..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(HARNESS + "world..");

  @ArchTest
  static final ArchRule the_simulated_machine_touches_no_real_one =
      noClasses()
          .that()
          .resideInAnyPackage(
              HARNESS + "world", HARNESS + "world.simulated..", HARNESS + "history..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "command..",
              ROOT + "loopback..",
              ROOT + "vm..",
              HARNESS + "experiment..",
              HARNESS + "oracle..",
              HARNESS + "sweep..",
              HARNESS + "world.loopback..",
              HARNESS + "world.vm..");

  @ArchTest
  static final ArchRule the_experiment_does_not_judge =
      noClasses()
          .that()
          .resideInAnyPackage(HARNESS + "experiment..", HARNESS + "updater..", HARNESS + "mutant..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(HARNESS + "oracle..", HARNESS + "sweep..");

  @ArchTest
  static final ArchRule only_daemons_and_decompression_start_processes_by_themselves =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + "command..", ROOT + "loopback.disk..", ROOT + "oci..", ROOT + "vm..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ProcessBuilder.class)
          .orShould()
          .callMethodWhere(target(owner(type(Runtime.class))).and(target(name("exec"))));

  @ArchTest
  static final ArchRule only_the_command_package_uses_commons_exec =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "command..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.commons.exec..");

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching(ROOT + "(**)").should().beFreeOfCycles();
}
