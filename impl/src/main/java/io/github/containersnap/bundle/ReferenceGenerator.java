package io.github.containersnap.bundle;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.ContainerSnap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Everything written that is generated from the command line, by its path in an installed system.
 *
 * @param files the files' text by path, without a leading slash
 */
record ReferenceGenerator(Map<String, String> files) {
  static ReferenceGenerator of(CommandLine commandLine, Examples examples, String date) {
    CommandLine.Model.CommandSpec program = commandLine.getCommandSpec();
    Map<String, String> files = new LinkedHashMap<>();
    new ManualPages(program, examples, date)
        .all()
        .forEach((name, text) -> files.put("usr/share/man/man8/" + name, text));
    files.put(
        "usr/share/bash-completion/completions/container-snap",
        withoutInterpreter(AutoComplete.bash(program.name(), commandLine)));
    files.put(
        "usr/share/zsh/vendor-completions/_container-snap", new ZshCompletion(program).text());
    files.put(
        "usr/share/fish/vendor_completions.d/container-snap.fish",
        new FishCompletion(program).text());
    return new ReferenceGenerator(files);
  }

  /** The completion is read by a shell, never started. */
  private static String withoutInterpreter(String script) {
    return script.replaceFirst("^#!.*\n", "");
  }

  /** Writes the reference: {@code ReferenceGenerator TREE EXAMPLES DATE}. */
  public static void main(String[] arguments) throws IOException {
    Path tree = Path.of(arguments[0]);
    Examples examples = Examples.read(Path.of(arguments[1]));
    CommandLine commandLine = ContainerSnap.commandLine(new RealMachineAccess());
    for (Map.Entry<String, String> file :
        of(commandLine, examples, arguments[2]).files().entrySet()) {
      Path path = tree.resolve(file.getKey());
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, file.getValue());
    }
  }
}
