using System.Diagnostics;
using System.Net.Sockets;
using Ppl.Common;

namespace Ppl.Data.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_temporary_one()
    {
        var path = folder.File("kept");
        File.WriteAllText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["kept"], folder.Names());
    }

    /// <summary>What a killed process leaves is removed by the next write to the same name, and not before the process is dead.</summary>
    [Fact]
    public void What_a_killed_writer_left_is_swept_and_what_a_live_one_writes_is_not()
    {
        var path = folder.File("run.bin");
        using var child = new ChildProcess(path);
        child.WaitFor(Program.HalfWritten);
        var left = Assert.Single(folder.Names());
        Assert.StartsWith(".run.bin.", left, StringComparison.Ordinal);

        Write(path);
        Assert.Equal([left, "run.bin"], folder.Names());
        Assert.Equal(1000, new FileInfo(folder.File(left)).Length);

        child.Kill();
        Write(folder.File("other.bin"));
        Write(folder.File("bin"));
        Assert.Equal([left, "bin", "other.bin", "run.bin"], folder.Names());
        Write(path);
        Assert.Equal(["bin", "other.bin", "run.bin"], folder.Names());
    }

    [Fact]
    public void Files_that_only_look_like_ours_stay()
    {
        string[] names = [".run.bin.tmp", ".run.bin.abc.tmp", ".run.bin.01234567-0-89abcdef.tmp", "run.bin.01234567-999999999-89abcdef.tmp"];
        foreach (var name in names) File.WriteAllText(folder.File(name), "the user's own");
        Write(folder.File("run.bin"));
        Assert.Equal(names.Append("run.bin").Order(StringComparer.Ordinal), folder.Names());
    }

    /// <summary>Two threads of one process: neither sweeps what the other is writing.</summary>
    [Fact]
    public void Writes_of_one_process_to_one_name_do_not_touch_each_other()
    {
        var path = folder.File("run.bin");
        AtomicFile.Write(path, outer =>
        {
            outer.WriteByte(1);
            Write(path);
            Assert.Equal(2, folder.Names().Length);
        });
        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.Equal(["run.bin"], folder.Names());
    }

    /// <summary>
    /// A process of a number that no system gives out, and a dead one of our own number, as a container's first process has in each life.
    /// </summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    public void Folders_and_files_of_dead_processes_are_swept(int process)
    {
        using var ours = Temporary.Beside(folder.File("download"));
        var left = ours.Path.Replace($"-{Environment.ProcessId}-", $"-{(process == 0 ? Environment.ProcessId : process)}-", StringComparison.Ordinal);
        var (asFile, asFolder) = (left[..^12] + "01234567.tmp", left[..^12] + "89abcdef.tmp");
        Directory.CreateDirectory(asFolder);
        File.WriteAllText(Path.Combine(asFolder, "half"), "half");
        File.WriteAllText(asFile, "half");
        File.WriteAllText(ours.Path, "being written");
        Temporary.Beside(folder.File("download")).Dispose();
        Assert.Equal([Path.GetFileName(ours.Path)], folder.Names());
    }

    /// <summary>Another machine that shares the disk: its processes' numbers mean nothing here.</summary>
    [Fact]
    public void Files_of_another_machine_stay()
    {
        var ours = Temporary.Beside(folder.File("run.bin")).Path;
        var machine = Path.GetFileName(ours).Split('.')[3].Split('-')[0];
        var theirs = ours.Replace(machine, machine[1..] + machine[0], StringComparison.Ordinal);
        Assert.NotEqual(ours, theirs);
        File.WriteAllText(theirs, "being written");
        Write(folder.File("run.bin"));
        Assert.Equal([Path.GetFileName(theirs), "run.bin"], folder.Names());
    }

    /// <summary>A rename would put a plain file in their place, which nothing brings back.</summary>
    [FactOn("Windows has no pipes and sockets among its files.", "Linux", "macOS")]
    public void What_is_no_plain_file_is_refused_and_stays()
    {
        var (pipe, socket, sub, link) = (folder.File("pipe"), folder.File("socket"), folder.File("folder"), folder.File("link"));
        using (var made = Process.Start("mkfifo", [pipe])) made.WaitForExit();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        Directory.CreateDirectory(sub);
        File.CreateSymbolicLink(link, pipe);
        foreach (var (path, what) in new[] { (pipe, "a pipe"), (socket, "a socket"), (sub, "a folder"), (link, "a pipe"), (folder.File("new/"), "a folder") })
        {
            var fault = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => Assert.Fail("something was written")));
            Assert.Equal($"'{path}' is {what}, not a file that could be replaced; nothing was written", fault.Message);
        }

        Assert.Equal(["folder", "link", "pipe", "socket"], folder.Names());
        Assert.Equal("a pipe", TargetFile.OtherThanFile(pipe));
    }

    [FactOn("Windows has no devices among its files.", "Linux", "macOS")]
    public void A_device_is_none_either()
    {
        Assert.Equal("a device", TargetFile.OtherThanFile("/dev/null"));
        Assert.Throws<IOException>(() => FileLock.TryTakeFor("/dev/null"));
        File.WriteAllText(folder.File("file"), "");
        Assert.Null(TargetFile.OtherThanFile(folder.File("file")));
        Assert.Null(TargetFile.OtherThanFile(folder.File("nothing")));
    }

    /// <summary>One and two links away, there and not yet there, from another folder.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_is_followed_to_its_target(bool exists)
    {
        var other = Directory.CreateDirectory(folder.File("other")).FullName;
        var (target, near, far) = (Path.Combine(other, "target"), folder.File("near"), folder.File("far"));
        if (exists) File.WriteAllText(target, "old");
        File.CreateSymbolicLink(near, Path.Combine("other", "target"));
        File.CreateSymbolicLink(far, near);
        Write(far);
        Assert.Equal([2], File.ReadAllBytes(target));
        Assert.Equal([2], File.ReadAllBytes(far));
        Assert.Equal(near, new FileInfo(far).LinkTarget);
        Assert.Equal(["far", "near", "other"], folder.Names());
        Assert.Equal([target], Directory.GetFileSystemEntries(other));
        using (FileLock.TryTakeFor(far)) Assert.Null(FileLock.TryTakeFor(target));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(folder.File("a"), folder.File("b"));
        File.CreateSymbolicLink(folder.File("b"), folder.File("a"));
        Assert.ThrowsAny<IOException>(() => Write(folder.File("a")));
        Assert.Equal(["a", "b"], folder.Names());
    }

    [Fact]
    public void A_folder_is_flushed_where_there_is_one()
    {
        Assert.Equal(!OperatingSystem.IsWindows(), DurableFolder.Flush(folder.Path));
        Assert.False(DurableFolder.Flush(folder.File("none")));
    }

    private static void Write(string path) => AtomicFile.Write(path, stream => stream.WriteByte(2));
}
