package io.github.containersnap.cli;

import io.github.containersnap.cli.output.KernelArgumentsJson;
import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.engine.KernelArgumentChange;
import io.github.containersnap.engine.KernelArgumentChange.ChangeResult;
import io.github.containersnap.engine.arguments.KernelArgumentEdit;
import io.github.containersnap.engine.arguments.KernelArgumentList;
import io.github.containersnap.engine.bootable.KernelArguments.Argument;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.TrialState;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "kargs",
    description = {
      "Lists the kernel arguments of what boots next, or changes them.",
      "",
      "The list has a line for each argument, with the file that it comes from, and says what is"
          + " left out and why.",
      "",
      "A change makes a snapshot of the deployment that boots next, with the new arguments, and"
          + " makes that the default. Restart to use them. It is on trial: if a wrong argument"
          + " keeps it from coming up, the system of before boots again, with the arguments of"
          + " before. An update that has not been booted yet is replaced by the snapshot of it;"
          + " `discard` takes both back. Prints the id of what boots next.",
      "",
      "kargs changes /etc/kernel/cmdline.d/50-container-snap.conf of that snapshot, and no other"
          + " file. Updates carry the file over."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap kargs",
      "  container-snap kargs --append console=ttyS1,115200n8 --append quiet",
      "  container-snap kargs --replace crashkernel=512M",
      "  container-snap kargs --delete quiet",
      "",
      "Exit status: 0 done, or there was nothing to change; 1 failed, and nothing has changed; 2"
          + " usage, or an argument that cannot be set, deleted or replaced; 3 the boot loader"
          + " takes its arguments from elsewhere; 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class KargsCommand implements Runnable {
  private static final TextWrap LEFT_OUT = new TextWrap("  ", "    ", 79);
  private static final TextWrap SENTENCE = new TextWrap("", "  ", 79);

  @ParentCommand private ContainerSnap parent;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--append",
      paramLabel = "ARG",
      description =
          "Add ARG, such as quiet or KEY=VALUE. One that is among the arguments already is not"
              + " added again. May be given several times, as may the next two.")
  private List<String> additions = new ArrayList<>();

  @Option(
      names = "--delete",
      paramLabel = "ARG",
      description =
          "Delete ARG, which kargs has added: the whole of it, or its KEY if only one has that"
              + " KEY.")
  private List<String> deletions = new ArrayList<>();

  @Option(
      names = "--replace",
      paramLabel = "KEY=NEW",
      description =
          "Put KEY=NEW in the place of the argument with that KEY, which kargs has added.")
  private List<String> replacements = new ArrayList<>();

  @Option(names = "--json", description = "Print the list as JSON (schema 1) for machines.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  KargsCommand() {}

  @Override
  public void run() {
    KernelArgumentEdit edit = new KernelArgumentEdit(deletions, replacements, additions);
    if (json && !edit.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--json is for the list; a change prints the id of what boots next.");
    }
    if (!edit.isEmpty()) {
      ChangeResult result = new KernelArgumentChange(parent.machine()).to(edit);
      tell(result);
      parent.out().println(result.boots());
      return;
    }
    KernelArgumentList list = KernelArgumentList.of(parent.lookedAt());
    if (json) {
      parent.out().println(KernelArgumentsJson.of(list));
    } else {
      print(list);
    }
  }

  private void tell(ChangeResult result) {
    switch (result) {
      case ChangeResult.Unchanged unchanged ->
          parent.error().printf("%s has these arguments already.%n", unchanged.boots().shortForm());
      case ChangeResult.Changed changed -> {
        BootEntry next = changed.menu().byDefault();
        sentence(
            "%s boots next, a snapshot of %s with these kernel arguments:"
                .formatted(next.deployment().shortForm(), changed.base().shortForm()));
        next.arguments().forEach(word -> parent.error().println("  " + word));
        sentence(ifItDoesNotComeUp(changed));
      }
    }
  }

  private void sentence(String text) {
    SENTENCE.lines(text).forEach(parent.error()::println);
  }

  private static String ifItDoesNotComeUp(ChangeResult.Changed changed) {
    String fallback =
        changed.menu().fallback().map(entry -> entry.deployment().shortForm()).orElse("nothing");
    return changed.menu().byDefault().standing() instanceof TrialState.OnTrial
        ? "Restart to use them. If that does not come up, %s boots again.".formatted(fallback)
        : "Restart to use them. There is no trial: if that does not come up, choose %s in the menu."
            .formatted(fallback);
  }

  private void print(KernelArgumentList list) {
    parent
        .out()
        .printf(
            "kernel arguments of %s, which boots next%s:%n",
            list.deployment().shortForm(),
            list.running().map(id -> " (" + id.shortForm() + " runs)").orElse(""));
    list.reading().told().forEach(argument -> parent.out().println("  " + line(argument)));
    if (list.reading().told().isEmpty()) {
      parent.out().println("  none");
    }
    if (!list.reading().leftOut().isEmpty()) {
      parent.out().println("left out:");
      list.reading().leftOut().stream()
          .flatMap(sentence -> LEFT_OUT.lines(sentence).stream())
          .forEach(parent.out()::println);
    }
    if (!list.passed()) {
      parent
          .out()
          .println("The boot loader of this machine does not pass them: it has its own grub.cfg.");
    } else if (!list.inMenu()) {
      parent
          .out()
          .println(
              "The boot menu has others: a file was edited since. `container-snap switch default`\n"
                  + "takes these.");
    }
  }

  private static String line(Argument argument) {
    return "%-30s  %s".formatted(argument.word(), argument.file().orElse("(no file says any)"));
  }
}
