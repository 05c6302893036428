package io.github.containersnap.bundle;

import io.github.containersnap.cli.output.VerbGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual: a page for the program and one for each verb.
 *
 * @param program the model of the whole command line
 * @param examples examples of the verbs
 * @param date the date on the pages, YYYY-MM-DD
 */
record ManualPages(CommandSpec program, Examples examples, String date) {
  private static final String EXAMPLES = "Examples";
  private static final String EXIT_STATUS = "Exit status";

  /** The pages' text by file name. */
  Map<String, String> all() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put(program.name() + ".8", programPage());
    for (DocumentedCommand verb : DocumentedCommand.of(program)) {
      pages.put(pageOf(verb) + ".8", verbPage(verb));
    }
    return pages;
  }

  private String pageOf(DocumentedCommand verb) {
    return program.name() + "-" + verb.name();
  }

  private String programPage() {
    DocumentedCommand whole = new DocumentedCommand(program);
    Roff page = begin(program.name(), whole);
    page.section("SYNOPSIS");
    page.line(
        "%s [%s] %s [%s]"
            .formatted(
                Roff.bold(program.name()),
                Roff.italic("OPTIONS"),
                Roff.italic("VERB"),
                Roff.italic("ARGUMENTS")));
    describe(page, whole);
    page.section("VERBS");
    for (VerbGroup group : VerbGroup.values()) {
      page.subsection(group.heading());
      for (DocumentedCommand verb : DocumentedCommand.of(program, group)) {
        page.item(Roff.bold(verb.name()), verb.summary() + ". See " + pageOf(verb) + "(8).");
      }
    }
    options(page, whole);
    end(page, whole);
    seeAlso(
        page,
        DocumentedCommand.of(program).stream()
            .map(verb -> reference(pageOf(verb), 8))
            .collect(Collectors.joining(",\n")));
    return page.toString();
  }

  private String verbPage(DocumentedCommand verb) {
    Roff page = begin(pageOf(verb), verb);
    page.section("SYNOPSIS");
    page.line(synopsis(verb));
    describe(page, verb);
    parameters(page, verb);
    options(page, verb);
    end(page, verb);
    seeAlso(page, reference(program.name(), 8));
    return page.toString();
  }

  private Roff begin(String name, DocumentedCommand verb) {
    Roff page = new Roff(name, date, String.join(" ", program.version()));
    page.section("NAME");
    page.line("%s \\- %s".formatted(Roff.escaped(name), Roff.escaped(lowerCased(verb.summary()))));
    return page;
  }

  private static String lowerCased(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
  }

  private String synopsis(DocumentedCommand verb) {
    String options =
        verb.options().stream()
            .filter(option -> !option.inherited() && !option.usageHelp() && !option.versionHelp())
            .map(option -> optional(optionTerm(option, option.longestName()), !option.required()))
            .map(term -> " " + term)
            .collect(Collectors.joining());
    String parameters =
        verb.parameters().stream()
            .map(parameter -> optional(parameterTerm(parameter), parameter.arity().min() == 0))
            .map(term -> " " + term)
            .collect(Collectors.joining());
    return "%s [%s] %s%s%s"
        .formatted(
            Roff.bold(program.name()),
            Roff.italic("OPTIONS"),
            Roff.bold(verb.name()),
            options,
            parameters);
  }

  private static String optional(String term, boolean optional) {
    return optional ? "[" + term + "]" : term;
  }

  private static String optionTerm(OptionSpec option, String name) {
    if (option.arity().max() == 0) {
      return Roff.bold(name);
    }
    String separator = name.startsWith("--") ? "=" : " ";
    return Roff.bold(name) + separator + Roff.italic(option.paramLabel());
  }

  private static String parameterTerm(PositionalParamSpec parameter) {
    return Roff.italic(parameter.paramLabel())
        + (parameter.arity().max() > 1 ? "\\|.\\|.\\|." : "");
  }

  private static void describe(Roff page, DocumentedCommand verb) {
    page.section("DESCRIPTION");
    verb.description().forEach(page::paragraph);
  }

  private static void parameters(Roff page, DocumentedCommand verb) {
    if (verb.parameters().isEmpty()) {
      return;
    }
    page.section("ARGUMENTS");
    for (PositionalParamSpec parameter : verb.parameters()) {
      page.item(parameterTerm(parameter), DocumentedCommand.line(parameter.description()));
    }
  }

  private static void options(Roff page, DocumentedCommand verb) {
    page.section("OPTIONS");
    for (OptionSpec option : verb.options()) {
      String names =
          List.of(option.names()).stream()
              .map(name -> optionTerm(option, name))
              .collect(Collectors.joining(", "));
      page.item(names, DocumentedCommand.line(option.description()));
    }
  }

  /** What a page says after its options. */
  private void end(Roff page, DocumentedCommand verb) {
    HelpFooter own = HelpFooter.of(verb);
    own.sections()
        .forEach(
            (heading, text) -> {
              if (!heading.equals(EXAMPLES) && !heading.equals(EXIT_STATUS)) {
                page.section(heading.toUpperCase(Locale.ROOT));
                DocumentedCommand.paragraphs(text).forEach(page::paragraph);
              }
            });
    exitStatus(page, verb, own);
    files(page);
    examples(page, verb, own);
  }

  private void exitStatus(Roff page, DocumentedCommand verb, HelpFooter own) {
    Map<String, String> list = verb.spec().usageMessage().exitCodeList();
    String text = own.text(EXIT_STATUS);
    if (list.isEmpty() && text.isEmpty()) {
      list = program.usageMessage().exitCodeList();
      text = HelpFooter.of(new DocumentedCommand(program)).text(EXIT_STATUS);
    }
    page.section("EXIT STATUS");
    list.forEach(
        (code, meaning) -> page.item(Roff.bold(code.strip()), DocumentedCommand.line(meaning)));
    if (!text.isEmpty()) {
      page.paragraph(text);
    }
  }

  private static void files(Roff page) {
    page.section("FILES");
    page.item(
        Roff.italic("/var/lib/container-snap/deployments"),
        "The deployments: bootable btrfs subvolumes, each named by its id.");
    page.item(
        Roff.italic("/var/lib/container-snap/snapshots"),
        "The store of pulled images. A cache: deleting it harms no deployment.");
    page.item(
        Roff.italic("/var/lib/container-snap/journal"),
        "The transaction in flight, if there is one.");
    page.item(
        Roff.italic("/etc/container-snap.toml"),
        "Which deployments a prune keeps: `keep = N`, the newest; `keep-days = N`, what is"
            + " younger. `health-check-timeout = N`: how many seconds each health check may run.");
    page.item(
        Roff.italic("/etc/container-snap/health.d, /usr/lib/container-snap/health.d"),
        "The health checks that `bless` runs: executables in `required.d` and `wanted.d`.");
    page.item(
        Roff.italic("/var/lib/container-snap/health.json"),
        "The health checks that failed in the last boot of each deployment.");
    page.item(
        Roff.italic("/etc/kernel/cmdline"),
        "What the kernel is told besides where its root is, taken over when a deployment becomes"
            + " the default. Without it: /usr/lib/kernel/cmdline.");
    page.item(
        Roff.italic("/run/container-snap/system"),
        "Where the top level of the system's btrfs is mounted while the system runs. Its"
            + " `@boot/boot.cfg` is the boot menu that GRUB reads.");
  }

  private void examples(Roff page, DocumentedCommand verb, HelpFooter own) {
    List<Examples.Example> ofVerb = examples.of(verb);
    String inHelp = withoutThoseOf(ofVerb, own.text(EXAMPLES));
    if (ofVerb.isEmpty() && inHelp.isEmpty()) {
      return;
    }
    page.section("EXAMPLES");
    if (!inHelp.isEmpty()) {
      page.example(inHelp);
    }
    for (Examples.Example example : ofVerb) {
      page.paragraph(example.purpose());
      page.example(example.command());
    }
  }

  /** The lines of a help that are not among the examples with a purpose. */
  private static String withoutThoseOf(List<Examples.Example> examples, String inHelp) {
    List<String> explained = examples.stream().map(Examples.Example::command).toList();
    return inHelp
        .lines()
        .filter(line -> !explained.contains(line.strip()))
        .collect(Collectors.joining("\n"));
  }

  private static void seeAlso(Roff page, String own) {
    page.section("SEE ALSO");
    (own + ",\n" + reference("btrfs", 8) + ",\n" + reference("podman", 1))
        .lines()
        .forEach(page::line);
  }

  private static String reference(String page, int section) {
    return "%s(%d)".formatted(Roff.bold(page), section);
  }
}
