package io.github.containersnap.loopback.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A run, as a process of its own, that has made one of everything: a recorded disk, mounted, and
 * scratch space with a mounted disk in it (loop on loop), a deleted file that is still attached,
 * and a child that does not end with it. It prints its directory and waits to be killed.
 */
final class BusyRun {

  private BusyRun() {}

  @SuppressWarnings("SystemOut") // the process that started this one reads it
  public static void main(String[] arguments) throws Exception {
    Workspace workspace = Workspace.open(Path.of(arguments[0]));
    SystemDisk disk = SystemDisk.create(workspace.file("disk.img"), SystemDisk.SMALLEST);
    RecordedDisk recorded = RecordedDisk.start(disk, workspace.file("log"), workspace);
    LoopDevice recordedSystem = recorded.disk().attachSystem();
    recorded.mark("busy");
    Mount mount = Mount.of(recordedSystem.device(), workspace.file("a mount"), "subvol=@var");
    Files.write(mount.directory().resolve("never synced"), new byte[1 << 20]);

    ScratchSpace scratch = ScratchSpace.create(workspace, 512 << 20);
    Path copy = scratch.bringIn(disk.image(), "copy.img");
    SystemDisk state = disk.at(scratch.directory().resolve("state.img"));
    scratch.reflink(copy, state.image());
    Mount _ = Mount.of(state.attachSystem().device(), workspace.file("state"), "subvolid=5");
    Path deleted = Files.write(workspace.file("deleted"), new byte[1 << 20]);
    LoopDevice _ = LoopDevice.attach(deleted, 0, 1 << 20);
    Files.delete(deleted);

    Process _ =
        new ProcessBuilder("sh", "-c", "cd \"$0\" && sleep 60", mount.directory().toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();

    System.out.println(workspace.directory());
    Thread.sleep(Duration.ofMinutes(1));
  }
}
