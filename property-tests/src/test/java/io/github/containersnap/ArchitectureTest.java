package io.github.containersnap;

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
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;

/** Who may know whom, over this module and all that it stands on (DESIGN §10). */
@AnalyzeClasses(
    packages = "io.github.containersnap",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.containersnap.";
  private static final String[] IMPL = {
    ROOT + "adapter..",
    ROOT + "bundle..",
    ROOT + "cli..",
    ROOT + "command..",
    ROOT + "disk..",
    ROOT + "engine..",
    ROOT + "etc..",
    ROOT + "installation..",
    ROOT + "linux..",
    ROOT + "lint..",
    ROOT + "oci..",
    ROOT + "proof..",
    ROOT + "tree.."
  };
  private static final String[] LOOPBACK = {ROOT + "loopback.."};
  private static final String[] VM = {ROOT + "vm.."};
  private static final String[] OWN = {
    ROOT + "experiment..",
    ROOT + "faults..",
    ROOT + "grub..",
    ROOT + "histories..",
    ROOT + "mutants..",
    ROOT + "oracle..",
    ROOT + "properties..",
    ROOT + "registry..",
    ROOT + "simulation..",
    ROOT + "worlds.."
  };

  private static ArchRule pointsUp(String[] module, String[]... below) {
    String[] forbidden = Arrays.stream(below).flatMap(Arrays::stream).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAnyPackage(module)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden);
  }

  @ArchTest
  static final ArchRule impl_depends_on_no_other_module = pointsUp(IMPL, LOOPBACK, VM, OWN);

  @ArchTest static final ArchRule loopback_depends_on_impl_only = pointsUp(LOOPBACK, VM, OWN);

  @ArchTest static final ArchRule vm_tests_do_not_depend_on_the_properties = pointsUp(VM, OWN);

  /** The gate, which also may, is of the module above. */
  @ArchTest
  static final ArchRule only_the_experiment_knows_mutants =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "mutants..", ROOT + "experiment..", ROOT + "gate..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "mutants..");

  @ArchTest
  static final ArchRule properties_stand_alone =
      classes()
          .that()
          .resideInAPackage(ROOT + "properties..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "properties..", ROOT + "tree..", "java..", "org.jspecify.annotations..");

  /** So that what it says of a menu owes nothing to the code that writes menus. */
  @ArchTest
  static final ArchRule grub_knows_nothing_of_the_engine =
      classes()
          .that()
          .resideInAPackage(ROOT + "grub..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "grub..", ROOT + "properties..", "java..", "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule a_registry_knows_no_updaters =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "registry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "engine..",
              ROOT + "experiment..",
              ROOT + "faults..",
              ROOT + "mutants..",
              ROOT + "oracle..",
              ROOT + "properties..");

  @ArchTest
  static final ArchRule only_histories_and_their_worlds_know_the_simulated_machine =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "simulation..", ROOT + "histories..", ROOT + "worlds..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "simulation..");

  @ArchTest
  static final ArchRule the_simulated_machine_touches_no_real_one =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "simulation..", ROOT + "histories..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "command..",
              ROOT + "experiment..",
              ROOT + "loopback..",
              ROOT + "oracle..",
              ROOT + "vm..",
              ROOT + "worlds..");

  @ArchTest
  static final ArchRule the_experiment_does_not_judge =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "experiment..", ROOT + "mutants..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "oracle..");

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
          .that()
          .resideInAPackage(ROOT + "vm..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "engine..", ROOT + "adapter..", ROOT + "cli..");

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packages_of_machines_form_no_cycle =
      slices().matching(ROOT + "vm.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule every_package_is_null_marked =
      classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
